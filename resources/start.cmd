@echo off
rem Makes the program ready where needed, and starts it: resources\start.cmd [ARGUMENTS of main.py]
setlocal
for %%I in ("%~dp0..") do set "PROJECT=%%~fI"
set "ENVIRONMENT=%PROJECT%\.venv"
set "PYTHON=%ENVIRONMENT%\Scripts\python.exe"
set "PINS=%PROJECT%\resources\requirements.txt"
set "INSTALLED=%ENVIRONMENT%\installed"
set "UNFINISHED=%ENVIRONMENT%\unfinished"

call :is_ready && goto start
call :prepare || exit /b 2
:start
"%PYTHON%" "%PROJECT%\main.py" %*
exit /b %ERRORLEVEL%

rem Pins are installed, and the environment was not spoilt since.
:is_ready
if exist "%UNFINISHED%" exit /b 1
if not exist "%PYTHON%" exit /b 1
fc /b "%PINS%" "%INSTALLED%\requirements.txt" >nul 2>&1 || exit /b 1
call :holds_the_packages
exit /b %ERRORLEVEL%

:holds_the_packages
"%PYTHON%" -I -c "import importlib.util as u, sys; sys.exit(any(u.find_spec(n) is None for n in ('PySide6', 'cv2', 'numpy', 'openvino', 'sqlalchemy', 'keras', 'tensorflow')) or u.find_spec('openvino_telemetry') is not None)" >nul 2>&1
exit /b %ERRORLEVEL%

rem Sets SYSTEM_PYTHON to the first Python 3.11 to 3.13 that runs.
:find_python
set "SYSTEM_PYTHON="
for %%P in ("py -3.13" "py -3.12" "py -3.11" "python") do if not defined SYSTEM_PYTHON call :try_python %%P
if defined SYSTEM_PYTHON exit /b 0
echo second-look: needs Python 3.11, 3.12 or 3.13; install one and start again 1>&2
exit /b 1

:try_python
%~1 -I -c "import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>&1
if not errorlevel 1 set "SYSTEM_PYTHON=%~1"
exit /b 0

:prepare
call :find_python || exit /b 1
if exist "%UNFINISHED%" rmdir /s /q "%ENVIRONMENT%"
if not exist "%PYTHON%" goto make
"%PYTHON%" -I -c "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>&1
if errorlevel 1 rmdir /s /q "%ENVIRONMENT%"
:make
if not exist "%INSTALLED%" mkdir "%INSTALLED%"
if errorlevel 1 (
    echo second-look: cannot write into "%PROJECT%": copy it to a folder of your own 1>&2
    exit /b 1
)
type nul >"%UNFINISHED%"
if exist "%PYTHON%" goto install
echo second-look: making a Python environment in .venv with %SYSTEM_PYTHON% 1>&2
%SYSTEM_PYTHON% -I -m venv "%ENVIRONMENT%"
if errorlevel 1 (
    echo second-look: %SYSTEM_PYTHON% cannot make "%ENVIRONMENT%" 1>&2
    exit /b 1
)

rem No dependencies: the pins are complete without the one package that reports home.
:install
echo second-look: installing Python packages, some 700 MB the first time 1>&2
pushd "%PROJECT%"
"%PYTHON%" -m pip install -qq --disable-pip-version-check --no-input uv
"%PYTHON%" -m uv pip install --quiet --compile-bytecode --no-deps --python "%PYTHON%" -r "%PINS%"
if errorlevel 1 "%PYTHON%" -m pip install -qq --no-input --no-deps -r "%PINS%"
"%PYTHON%" -m uv pip uninstall --quiet --python "%PYTHON%" openvino-telemetry 2>nul
call :holds_the_packages || "%PYTHON%" -m uv pip install --quiet --reinstall --no-deps --python "%PYTHON%" -r "%PINS%"
"%PYTHON%" -m compileall -q main.py app model >nul 2>&1
popd
call :holds_the_packages
if errorlevel 1 (
    echo second-look: the Python packages could not be installed; what is written above says why 1>&2
    exit /b 1
)
copy /y "%PINS%" "%INSTALLED%\requirements.txt" >nul
del "%UNFINISHED%"
echo second-look: ready 1>&2
exit /b 0
