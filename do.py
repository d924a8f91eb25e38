#!/usr/bin/env python3
"""Sets driverkit up from a clone with Python alone, and runs its commands.

    python3 do.py first-light [THEORY.yaml]    a theory file becomes a diagram, findings and a coverage table
    python3 do.py test                         set everything up and run the tests
    python3 do.py COMMAND [ARGUMENT ...]       any command of the justfile, such as lint, types or docs
    python3 do.py                              this help and the list of commands

Everything is installed into the folder .venv beside this file, pinned and checked by hash; nothing
else on the machine is touched. A second call reuses .venv while the requirements are unchanged.
Only Python's standard library is used here, because nothing else is there yet.
"""

# The syntax stays that of Python 3.6, so that an older Python can still say which one is needed.
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

MINIMUM = (3, 11)
HOME = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HOME, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
DRIVERKIT = os.path.join(BIN, "driverkit.exe" if os.name == "nt" else "driverkit")
STAMP = os.path.join(VENV, "driverkit-setup.json")
OUT = os.path.join(HOME, "first-light")
EXAMPLE = "leaving-hospital"
# What is installed for whom. "dev" holds everything that "run" holds, at the same versions.
LEVELS = {"run": "requirements/run.txt", "dev": "requirements/dev.txt"}


def say(text=""):
    print(text, flush=True)


def fail(text, code=2):
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
    sys.exit(code)


def environment():
    """What the programs in .venv see: .venv first on the PATH, and no packages from elsewhere."""
    env = dict(os.environ)
    for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__"):
        env.pop(name, None)
    # os.defpath (/bin:/usr/bin) is added because an empty PATH would hide the shell from just.
    env["PATH"] = os.pathsep.join(p for p in (BIN, env.get("PATH"), os.defpath) if p)
    env["VIRTUAL_ENV"] = VENV
    env["PYTHONNOUSERSITE"] = "1"
    env["PYTHONUTF8"] = "1"
    return env


def run(command, **options):
    """Runs a program in the clone's environment and gives back its exit code."""
    sys.stdout.flush()
    try:
        return subprocess.call(command, env=environment(), **options)
    except KeyboardInterrupt:
        return 130


def answer(command):
    """What a program prints, or None where it cannot run or fails."""
    try:
        done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment())
        text = done.communicate()[0].decode("utf-8", "replace")
    except OSError:
        return None
    return text if done.returncode == 0 else None


def fingerprint(level):
    """Changes when what should be installed changes."""
    digest = hashlib.sha256(os.path.realpath(HOME).encode("utf-8", "surrogateescape"))
    for name in (LEVELS[level], "pyproject.toml"):
        with open(os.path.join(HOME, *name.split("/")), "rb") as file:
            digest.update(b"\0" + file.read().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def installed(level):
    """Whether .venv already holds this level, as of the requirements that are here now."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return False
    return any(stamp.get(each) == fingerprint(each) for each in (level, "dev"))


def venv_version():
    return (answer([PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) or "").strip()


def pip_command():
    """The pip that installs into .venv: its own, or else one outside that can reach into it."""
    if answer([PYTHON, "-m", "pip", "--version"]):
        return [PYTHON, "-m", "pip"]
    if answer([sys.executable, "-m", "pip", "--python", PYTHON, "--version"]):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    return None


def make_venv():
    try:
        import venv
    except ImportError:
        fail(
            "This Python has no venv module. On Debian and Ubuntu: apt-get install python3-venv\n"
            "Then type the same command again."
        )
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart, in python3-venv)

        with_pip = True
    except ImportError:
        with_pip = False
    venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=with_pip).create(VENV)
    if pip_command() is None:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            "This Python has no pip to install with. On Debian and Ubuntu: apt-get install python3-venv\n"
            "Then type the same command again."
        )


def setup(level):
    """Makes .venv hold what the level needs, or finds that it does."""
    if installed(level) and venv_version() == "%d.%d" % sys.version_info[:2]:
        return
    began = time.time()
    if venv_version() != "%d.%d" % sys.version_info[:2] or pip_command() is None:
        say("Making a virtual environment in .venv ...")
        make_venv()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    pip = pip_command() + ["install", "--quiet", "--disable-pip-version-check"]
    say("Installing what is pinned in %s (a minute or two, the first time) ..." % LEVELS[level])
    steps = (
        pip + ["--require-hashes", "-r", os.path.join(HOME, *LEVELS[level].split("/"))],
        pip + ["--no-deps", "--no-build-isolation", "--editable", HOME],
    )
    for step in steps:
        if run(step, cwd=HOME) != 0:
            fail(
                "The installation did not finish; pip gives the reason above. This once it needs a connection\n"
                "to a package index (behind a proxy, set HTTPS_PROXY). Type the same command again to go on."
            )
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump({each: fingerprint(each) for each in LEVELS if each in (level, "run")}, file)
    say("Ready after %d s." % (time.time() - began))


def shown(path):
    """A path as one would type it from here."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if near.startswith(os.pardir) else near


def first_light(arguments):
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments):
        fail("python3 do.py first-light takes at most one theory file.")
    theory = os.path.abspath(arguments[0]) if arguments else None
    if theory and not os.path.isfile(theory):
        fail("There is no file %s." % arguments[0])
    setup("run")
    os.makedirs(OUT, exist_ok=True)
    if theory is None:
        theory = os.path.join(OUT, EXAMPLE + ".yaml")
        if os.path.exists(theory):
            say("Your theory: %s (kept as it is; delete it to start over)" % shown(theory))
        else:
            shelf = os.path.join(HOME, "src", "driverkit", "examples")
            for name in sorted(os.listdir(shelf)):
                # the theory and the series of its measures
                if name.startswith(EXAMPLE) and name.endswith((".yaml", ".csv")):
                    shutil.copyfile(os.path.join(shelf, name), os.path.join(OUT, name))
            say("Your theory: %s (a copy of an example that ships with driverkit)" % shown(theory))
    else:
        say("Your theory: %s" % shown(theory))
    stem = os.path.splitext(os.path.basename(theory))[0]
    svg, png, table = (os.path.join(OUT, stem + end) for end in (".svg", ".png", "-coverage.csv"))
    commands = (
        ("What is weak or missing", ["check", theory, "--fail-on", "never"]),
        ("What is tested and measured", ["coverage", theory]),
        (None, ["coverage", theory, "--format", "csv", "-o", table]),
        ("The diagram", ["render", theory, "-o", svg]),
        (None, ["render", theory, "-o", png]),
    )
    for title, command in commands:
        if title:
            say("\n%s\n%s" % (title, "-" * len(title)))
        say("$ driverkit " + " ".join(shown(a) if os.path.isabs(a) else a for a in command))
        code = run([DRIVERKIT] + command)
        if code != 0:
            sys.exit(code)
    say("\nLook at")
    for path, what in (
        (svg, "the driver diagram, for a browser"),
        (png, "the same for slides and documents"),
        (table, "one row for each node, for a spreadsheet"),
    ):
        say("  %-42s %s" % (shown(path), what))
    say("\nNow change %s in a text editor and type the same command again." % shown(theory))
    activate = os.path.join(BIN, "activate")
    say(
        "To have the command driverkit at hand, type: %s"
        % (shown(activate) if os.name == "nt" else "source " + shown(activate))
    )
    return 0


def just(arguments):
    """Runs commands of the justfile, which holds the one list of them."""
    setup("dev")
    program = shutil.which("just", path=BIN)
    if program is None:
        fail("There is no just in .venv. Delete the folder .venv and type the same command again.")
    return run([program, "--justfile", os.path.join(HOME, "justfile")] + arguments, cwd=HOME)


def main(arguments):
    if sys.version_info < MINIMUM:
        newer = [n for n in ("python3.%d" % m for m in range(20, 10, -1)) if shutil.which(n)]
        fail(
            "driverkit needs Python %d.%d or newer; this is %s."
            % (MINIMUM[0], MINIMUM[1], sys.version.split()[0])
            + ("\nType: %s do.py %s" % (newer[0], " ".join(arguments)) if newer else "")
        )
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(__doc__.rstrip())
        program = shutil.which("just", path=BIN)
        if program:
            say()
            return run([program, "--justfile", os.path.join(HOME, "justfile"), "--list", "--unsorted"])
        return 0
    if arguments[0] == "first-light":
        return first_light(arguments[1:])
    if arguments[0] == "setup":
        setup("dev")
        say("Everything is in .venv; `python3 do.py` lists the commands.")
        return 0
    return just(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
