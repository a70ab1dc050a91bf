"""Makes a wheel whose only content is a program. Usage: wheel.py PROGRAM VERSION FOLDER

The program is one of the wheel's scripts, which pip puts on the environment's path. It runs on systems of this architecture
with a C library at least as new as the newest function that it uses."""
import base64, hashlib, os, pathlib, platform, re, subprocess, sys, time, zipfile

program, version, folder = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
used = subprocess.run(["objdump", "-T", program], capture_output=True, text=True, check=True).stdout
major, minor = max(tuple(map(int, found)) for found in re.findall(r"GLIBC_(\d+)\.(\d+)", used))
tag = f"py3-none-manylinux_{major}_{minor}_{platform.machine()}"
name = f"backstep-{version}"

files = {
    f"{name}.data/scripts/backstep": program.read_bytes(),
    f"{name}.dist-info/METADATA": f"""Metadata-Version: 2.1
Name: backstep
Version: {version}
Summary: Figures of backpropagation in which every number is true
License: MIT
Requires-Python: >=3.8
Description-Content-Type: text/markdown

The program `backstep`, which traces backpropagation through small networks and draws it. It needs the libraries libcairo2,
libfreetype6, libfontconfig1 and zlib1g of the system.
""".encode(),
    f"{name}.dist-info/WHEEL": f"Wheel-Version: 1.0\nGenerator: backstep\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
}
record = f"{name}.dist-info/RECORD"
lines = []
for path, contents in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
    lines.append(f"{path},sha256={digest},{len(contents)}\n")
files[record] = "".join(lines + [f"{record},,\n"]).encode()

date = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]  # a ZIP's years begin in 1980
with zipfile.ZipFile(folder / f"{name}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    for path, contents in files.items():
        entry = zipfile.ZipInfo(path, date)
        entry.external_attr = (0o755 if "/scripts/" in path else 0o644) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        wheel.writestr(entry, contents)
