"""What the control plane's core costs at three sizes, in processor time of one core."""

import subprocess

TITLE = "The core: placing, moving, reports"


def run(world):
    result = subprocess.run([f"{world.bin}/fledx-bench", "core"], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"bench: fledx-bench core failed: {result.stderr}")
    print(result.stdout, end="")
