// Loaded into a process with `--import`: tells how long its event loop was blocked, in the file that WATCH_LOOP names, at its end
// and whenever it is sent SIGUSR2.
//
// A block is counted in processor time of the loop's thread: on a machine that does other things besides, the wall clock also
// counts the time in which the process was not run at all, so that it comes along for comparison only. What it takes to load
// the program is no block: until then nobody waits.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds of a block that is worth a line. */
const NOTEWORTHY = 15;

const file = process.env.WATCH_LOOP;
const wall = monitorEventLoopDelay({ resolution: 5 });
const blocks = [];
let last;

setInterval(look, 1).unref();
process.on('exit', write);
process.on('SIGUSR2', write);

function look() {
  const now = threadMilliseconds();
  if (last === undefined) wall.enable();
  else if (now - last >= NOTEWORTHY) blocks.push({ at: Date.now(), milliseconds: now - last });
  last = now;
}

function write() {
  writeFileSync(file, JSON.stringify({ blocks, wall: wall.max / 1e6 }));
  last = threadMilliseconds();
}

function threadMilliseconds() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
