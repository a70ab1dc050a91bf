"""Types into a shell on a terminal and presses the tabulator: prints the lines that it does not complete as expected.
Usage: completions.py SHELL SCRIPT LINE EXPECTED LINE EXPECTED …"""
import fcntl, os, pty, re, select, struct, sys, termios, time

shell, script, *lines = sys.argv[1:]
starts = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], f"source {script}"),
    "zsh": (["zsh", "-f"], f"autoload -Uz compinit; compinit -u -D; source {script}; compdef _backstep backstep"),
    "fish": (["fish", "--no-config"], f"source {script}"),
}
command, setup = starts[shell]
process, terminal = pty.fork()
if process == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))


def read(seconds, until=None):
    """What the shell writes, as plain text, until it has been quiet for a while or has written something."""
    text, end, quiet = b"", time.time() + seconds, 0
    while time.time() < end and quiet < 8:
        if not select.select([terminal], [], [], 0.1)[0]:
            quiet += 1 if until is None else 0
            continue
        quiet = 0
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        text += part
        # fish asks what kind of terminal this is and where its cursor stands.
        if b"\x1b[c" in part or b"\x1b[0c" in part:
            os.write(terminal, b"\x1b[?62;c")
        if b"\x1b[6n" in part:
            os.write(terminal, b"\x1b[1;1R")
        if until and until in text:
            break
    plain = re.sub(r"\x1b\[[0-9;?=>]*[a-zA-Z]|\x1b[()][AB0]|\x1b[=>]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)", "", text.decode("utf-8", "replace"))
    return plain


def settle(command):
    """Runs a command, and waits for what it prints at its end and for the prompt after it."""
    settle.count += 1
    os.write(terminal, f"{command}; echo rea''dy{settle.count}\n".encode())
    read(60, until=f"ready{settle.count}\r".encode())
    read(5)


settle.count = 0
read(10)
settle(setup)
for line, expected in zip(lines[::2], lines[1::2]):
    os.write(terminal, line.encode() + b"\t")
    shown = read(20, until=expected.encode())
    if expected not in shown:
        print(line, "became", " ".join(shown.split()))
    os.write(terminal, b"\x05\x15")  # to the line's end, and away with it
    settle("true")
os.close(terminal)
