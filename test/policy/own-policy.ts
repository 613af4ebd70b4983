import {findPolicy} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';

/** Takes off rules of peers, networks and users, and wants trust of destinations. */
export const own: Policy = {
	...findPolicy('founding'),
	name: 'own',
	destinations: [
		{domain: 'example.net', trust: 'verified', severity: 'violation'},
		{domain: 'example.org', trust: 'trusted', severity: 'weakness'},
	],
	exceptions: [
		{rules: ['min-version', 'relay-plaintext'], cidr: '192.0.2.0/25', reason: 'old scanners', until: '2099-01-01'},
		{rules: [], domain: 'example.com', reason: 'a friend', until: '2099-01-01'},
		{rules: ['access-plaintext-login'], user: 'carla@example.org', reason: 'phone', until: '2099-01-01'},
		{rules: ['destination-trust'], domain: 'mx.example.net', reason: 'soon', until: '2099-01-01'},
		{rules: [], cidr: '0.0.0.0/0', reason: 'is over', until: '2020-01-01'},
	],
};
