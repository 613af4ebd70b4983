import test from 'ava';
import fc from 'fast-check';
import {addRecipient, type Recipients, recipientsText} from '../../../src/log/join/messages.ts';
import {deliveryStatuses, readDeliveries} from '../../../src/model/deliveries.ts';

const delivery = fc.record({
	domain: fc.constantFrom('a.example', 'b.example', null),
	status: fc.constantFrom(...deliveryStatuses, null),
	queueId: fc.constantFrom('1A', '2B', '3C'),
});

test('messages are counted once for each domain and each thing that became of them', t => {
	fc.assert(
		fc.property(fc.array(delivery, {maxLength: 12}), deliveries => {
			let recipients: Recipients | null = null;
			for (const each of deliveries) recipients = addRecipient(recipients, each);
			const told = deliveries.filter(({status}) => status !== null);
			const domains = [...new Set(told.map(({domain}) => domain))];
			const wanted = domains.map(domain => {
				const of = (wantedStatus: string): number =>
					new Set(told.filter(each => each.domain === domain && each.status === wantedStatus).map(each => each.queueId))
						.size;
				return {domain, sent: of('sent'), deferred: of('deferred'), bounced: of('bounced')};
			});
			t.deepEqual(readDeliveries(recipientsText(recipients)), wanted);
		}),
	);
});
