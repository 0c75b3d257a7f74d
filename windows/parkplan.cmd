@echo off
rem The command parkplan: parkplan.cmd check "C:\...\data"
setlocal
for /f "tokens=2 delims=:." %%p in ('chcp') do set "PARKPLAN_PAGE=%%p"
chcp 65001 >nul
"%~dp0python.exe" -X utf8 "%~dp0start.py" %*
set "PARKPLAN_CODE=%ERRORLEVEL%"
chcp %PARKPLAN_PAGE% >nul
endlocal & exit /b %PARKPLAN_CODE%
