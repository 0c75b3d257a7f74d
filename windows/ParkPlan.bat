@echo off
rem Opens the window; a project may be dropped on this file.
start "" "%~dp0pythonw.exe" -X utf8 "%~dp0start.py" %*
