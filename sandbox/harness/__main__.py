"""First process of a sandbox: takes one task from the spawner, runs it, and tells how it ended."""

from supervise import main

main()
