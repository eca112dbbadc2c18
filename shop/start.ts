/** Starts the reference shop, prints one JSON line when all of it answers, runs until SIGTERM or SIGINT. */
import { readSettings } from './launcher/settings.ts';
import { type Shop, startShop } from './launcher/shop.ts';

const fail = (error: unknown): never => {
  process.stderr.write(`shop: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

let shop: Shop | undefined;
let leaving = false;
const leave = () => {
  if (leaving) return;
  leaving = true;
  // Not up yet: the engine notices the closed channel and leaves by itself.
  if (shop === undefined) process.exit(0);
  void shop.stop().then(() => process.exit(0), fail);
};
process.on('SIGTERM', leave);
process.on('SIGINT', leave);

try {
  shop = await startShop(readSettings(process.env));
  process.stdout.write(`${JSON.stringify(shop.ready)}\n`);
  void shop.engineExited.then(() => (leaving ? undefined : fail(new Error('the engine stopped'))));
} catch (error) {
  fail(error);
}
