/**
 * `node drills/library/run.ts [id…]`: puts each behaviour on, lets ordinary customers buy, and says whether it did what it
 * says. Exit code 1 when one did not.
 */
import { openCustomers } from './customer.ts';
import { library } from './library.ts';
import { prove } from './prove.ts';
import { openSite } from './site/server.ts';

const wanted = process.argv.slice(2);
const site = await openSite();
const customers = await openCustomers();
const failed: string[] = [];
for (const behaviour of await library()) {
  if (wanted.length > 0 && !wanted.includes(behaviour.id)) continue;
  const started = performance.now();
  const held = await prove(customers, site, behaviour);
  console.log(`${held ? 'ok  ' : 'FAIL'} ${behaviour.id} ${Math.round(performance.now() - started)} ms`);
  if (held) continue;
  failed.push(behaviour.id);
  for (const { method, url, body } of site.arrived.requests)
    console.log(`     ${method} ${url.href.slice(0, 160)} ${body.toString().slice(0, 120)}`);
}
await customers.close();
await site.close();
console.log(failed.length === 0 ? 'all did what they say' : `did not: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
