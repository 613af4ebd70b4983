import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {setTimeout as after} from 'node:timers/promises';

/** What the system says of a thread: R is at work or waits for the processor, D waits for a disk, S waits for something to do. */
const stateOf = (pid: number, thread: string): string | undefined =>
	/\) ([A-Z]) /.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))?.[1];

function sleeps(pid: number): boolean {
	try {
		return readdirSync(`/proc/${pid}/task`).every(thread => stateOf(pid, thread) === 'S');
	} catch {
		// A thread ended meanwhile.
		return false;
	}
}

/**
 * Waits until a process has nothing left to do: all its threads slept whenever they were looked at for 1.5 s. That it is
 * slow, or that the host is busy, makes the wait longer: what waits for the processor does not sleep. Where there is no
 * `/proc`, for the time that a slow host needs.
 */
export async function asleep(pid: number | undefined): Promise<void> {
	if (pid === undefined || !existsSync('/proc/self/task')) {
		await after(5000);
		return;
	}
	for (let [turns, quiet] = [0, 0]; turns < 2000 && quiet < 30; turns++) {
		await after(50);
		quiet = sleeps(pid) ? quiet + 1 : 0;
	}
}
