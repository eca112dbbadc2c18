/**
 * `node drills/library/run.ts [id…]`: puts each behaviour on, lets ordinary customers buy, and says whether it did what it
 * says. Exit code 1 when one did not.
 */
import { openCustomers } from './customer.ts';
import { library } from './library.ts';
import { prove } from './prove.ts';
import { openSite } from './site/server.ts';

const wanted = process.argv.slice(2);
const queue = (await library()).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const customers = await openCustomers();
const failed: string[] = [];
await Promise.all(
  Array.from({ length: 3 }, async () => {
    const site = await openSite();
    for (let behaviour = queue.shift(); behaviour !== undefined; behaviour = queue.shift()) {
      const started = performance.now();
      const held = await prove(customers, site, behaviour);
      console.log(`${held ? 'ok  ' : 'FAIL'} ${behaviour.id} ${Math.round(performance.now() - started)} ms`);
      if (held) continue;
      failed.push(behaviour.id);
      const calls = site.arrived.requests.filter(({ host, method }) => host === 'evil' || method === 'POST');
      for (const { method, url, body } of calls.slice(0, 12))
        console.log(`     ${method} ${url.href.slice(0, 160)} ${body.toString().slice(0, 120)}`);
    }
    await site.close();
  }),
);
await customers.close();
console.log(failed.length === 0 ? 'all do what they say' : `these do not: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
