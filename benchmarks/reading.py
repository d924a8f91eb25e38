"""Reading a large theory file, step by step, as ratios to a bare scan of the same text in the same run.

Run from the root of the project::

    python benchmarks/reading.py            100,000 nodes
    python benchmarks/reading.py 10000      that many

The bare scan is libyaml's: ``for event in yaml.parse(text, Loader=yaml.CSafeLoader): pass``. Every step
runs in a process of its own, three times; the smallest time is shown, and the largest memory that the
process ever held over what it held before the step: the libraries, and the text itself. The aim: load
and coverage together under 3 times the scan, and under 500 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

STEPS = {
    "bare scan by libyaml": "for event in yaml.parse(text, Loader=yaml.CSafeLoader): pass",
    "tree with places": "compose_yaml(text, Faults(text, None, Limits()), Limits())",
    "load": "theory = dk.loads(text)",
    "load and coverage": "theory = dk.loads(text)\nc = dk.coverage(theory)\nc.nodes, c.levels, c.gaps",
    "load as JSON": "theory = dk.loads(as_json, format='json')",
    "write YAML": "dk.dumps(theory)",
    "patch one word": "patch_yaml(text, theory.replace(title='Other'))",
}
BEFORE = {
    "load and coverage": "import pandas\ndk.coverage(dk.Theory('t')).nodes",
    "load as JSON": "as_json = open(sys.argv[1].replace('.yaml', '.json'), encoding='utf-8').read()",
    "write YAML": "theory = dk.loads(text)",
    "patch one word": "theory = dk.loads(text)",
}
PROGRAM = """
import json, sys, time
import yaml
import driverkit as dk
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults
from driverkit.formats.yaml import patch_yaml
from driverkit.formats.yaml_tree import compose_yaml
dk.loads("driverkit: 1\\ntitle: t\\n")
text = open(sys.argv[1], encoding="utf-8").read()
{before}
def largest():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
start = largest()
begin = time.perf_counter()
{step}
seconds = time.perf_counter() - begin
print(json.dumps([seconds, largest() - start]))
"""


def measured(step: str, path: Path) -> tuple[float, float]:
    program = PROGRAM.format(before=BEFORE.get(step, ""), step=STEPS[step])
    runs = [
        json.loads(
            subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=True).stdout
        )
        for _ in range(3)
    ]
    return min(run[0] for run in runs), max(run[1] for run in runs)


def main() -> None:
    import driverkit as dk
    from support.random_theories import random_theory

    nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    theory = random_theory(
        7,
        nodes * 2 // 5,
        nodes * 3 // 5 - 1,
        cycles=nodes // 20,
        evidence=nodes // 20,
        measures=nodes // 50,
        levels=4,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(dk.dumps(theory), encoding="utf-8")
        path.with_suffix(".json").write_text(dk.dumps(theory, format="json"), encoding="utf-8")
        print(f"{len(theory.nodes):,} nodes, {path.stat().st_size / 1e6:.1f} MB of YAML")
        scan = None
        for step in STEPS:
            seconds, megabytes = measured(step, path)
            scan = scan or seconds
            print(f"{step:24} {seconds:7.2f} s {seconds / scan:6.2f} x the scan {megabytes:7.0f} MB more")


if __name__ == "__main__":
    main()
