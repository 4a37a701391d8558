// Loaded into a process with `--import`: tells how long its event loop was blocked, in the file that WATCH_LOOP names.
//
// A block is counted in processor time of the loop's thread: on a machine that does other things besides, the wall clock also
// counts the time in which the process was not run at all, so that it comes along for comparison only.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.WATCH_LOOP;
const wall = monitorEventLoopDelay({ resolution: 5 });
const blocks = [];
let last = threadMilliseconds();

/** Blocks that are worth a line. */
const NOTEWORTHY = 15;

wall.enable();
setInterval(look, 1).unref();
setInterval(write, 250).unref();
process.on('exit', write);

function look() {
  const now = threadMilliseconds();
  const block = now - last;
  last = now;
  if (block >= NOTEWORTHY) blocks.push({ at: Date.now(), milliseconds: block });
}

function write() {
  writeFileSync(file, JSON.stringify({ blocks, wall: wall.max / 1e6 }));
  last = threadMilliseconds();
}

function threadMilliseconds() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
