import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {programVersion} from '../../cli/version.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {createLiveMetrics} from '../../metrics/live-metrics.ts';
import {type Listen, listenText, serve} from '../../metrics/server.ts';
import type {Policy} from '../../policy/policy.ts';
import {judgingBy} from '../../store/judgement.ts';
import {isStream, type LiveCounts} from './read-sources.ts';

/** Counters that are served while a log is read. */
export type ServedMetrics = {readonly counts: LiveCounts; readonly close: () => Promise<void>};

/** The addresses of this host alone: 127.0.0.0/8 and ::1 (RFC 6890), also as IPv4-mapped ones. */
const loopback = /^(?:::ffff:)?127\.|^(?:0*:)+0*1$/i;

/**
 * Serves what `--metrics` asks for. Throws one sentence where nothing that is read goes on, or nobody can
 * listen there. Sessions are judged by the policy on the day that they end, unless `--at` names another.
 */
export async function serveMetrics(
	sources: readonly Source[],
	listen: Listen,
	settings: Settings,
	policy: Policy,
	io: Io,
	onScreen = false,
): Promise<ServedMetrics> {
	const {judging, asOf, ports} = settings;
	if (!sources.some(source => isStream(source, settings, onScreen)))
		throw new Error(
			'--metrics counts a log while it comes in; pipe one in: tail -F /var/log/mail.log | tlsaudit --metrics 9464, or name it with --follow',
		);
	const metrics = createLiveMetrics({
		policy,
		judging: judgingBy(policy, judging.at === undefined ? Date.now : () => asOf),
		ports: ports.values(),
		version: programVersion(),
		now: Date.now,
	});
	const {close, port} = await serve(metrics, listen);
	const place = listenText({...listen, port});
	if (!loopback.test(listen.address))
		io.warn(
			`--metrics ${place}: everyone who reaches this address can read how much mail comes and how; let only the monitoring reach it`,
		);
	io.detail(`metrics are served at http://${place}/metrics`);
	return {counts: metrics, close};
}
