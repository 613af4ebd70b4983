/** The distinct queue ids of one session. Most sessions carry one message or none, so the set comes late. */
export type QueueIds = {count: number; first: string; more: Set<string> | null};

/** Beyond this a session's ids are counted as if all were new: memory counts more than a repeated id. */
const mostIds = 50_000;

export function noQueueIds(): QueueIds {
	return {count: 0, first: '', more: null};
}

/** Whether an id is one of them; of a session with too many of them it may be and is not known. */
export function hasQueueId(ids: QueueIds, id: string): boolean {
	return ids.count > 0 && (ids.first === id || ids.more?.has(id) === true);
}

/** Adds an id; beyond `most` different ones each counts as a new one. */
export function addQueueId(ids: QueueIds, id: string, most: number = mostIds): void {
	if (ids.count === 0) {
		ids.first = id;
		ids.count = 1;
		return;
	}
	if (ids.first === id) return;
	ids.more ??= new Set();
	if (ids.more.size >= most) ids.count++;
	else {
		ids.more.add(id);
		ids.count = ids.more.size + 1;
	}
}
