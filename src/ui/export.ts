import {filterOf} from './query.ts';
import type {Frame} from './screen.ts';
import {isPartial, type ScreenData} from './screen-data.ts';
import {current} from './state.ts';
import {type Cell, createTableView, type TableView} from './table-view.ts';
import {domainTable} from './views/domains.ts';
import {peerTable} from './views/peers.ts';

/** What an export holds: every row of the view, not only those on the screen. */
export type ExportedView = {readonly view: string; readonly columns: readonly string[]; readonly rows: Cell[][]};

/** More make no file that a person reads; `tlsaudit sessions` writes them all. */
const mostRows = 100_000;

function allOf(view: string, table: TableView): ExportedView {
	const {from, length} = table.loaded;
	const rows = Array.from({length}, (_, index) => table.values(from + index));
	return {view, columns: table.columns.map(({id}) => id), rows};
}

/** The view on the screen with all its rows. Throws a sentence when there is nothing to write. */
export async function exportedView({state, table, rawLines}: Frame, data: ScreenData): Promise<ExportedView> {
	const page = current(state);
	const filter = filterOf(state);
	const request = {order: table?.order ?? '', descending: page.descending, offset: 0, limit: mostRows};
	const sorting = {order: page.order, descending: page.descending, sort: false};
	if (page.view === 'session' || page.view === 'raw') {
		if (rawLines.length === 0) throw new Error('there are no raw lines to write');
		return {view: 'raw-lines', columns: ['line', 'text'], rows: rawLines.map(({number, text}) => [number, text])};
	}
	if (page.view === 'peers') {
		const {rows} = await data.peers(filter, page.group, request);
		const table = peerTable(page.group, page.scope, isPartial(data.progress()));
		return allOf('peers', createTableView(table, {rows, ...sorting}));
	}
	if (page.view === 'domains') {
		const all = await data.domains(filter, request);
		return allOf('domains', createTableView(domainTable(all, page.scope, true), {...all, ...sorting}));
	}
	if (page.view === 'sessions') {
		const {rows} = await data.sessions(filter, request);
		const columns = Object.keys(rows[0] ?? {}).filter(name => name !== 'handshake');
		const isTime = (name: string): boolean => name === 'started_at' || name === 'ended_at';
		return {
			view: 'sessions',
			columns,
			rows: rows.map(row =>
				columns.map(name => {
					const value = row[name] ?? null;
					return isTime(name) && typeof value === 'number' ? new Date(value).toISOString() : value;
				}),
			),
		};
	}
	if (table === null) throw new Error('nothing to write yet');
	return allOf(page.view, table);
}
