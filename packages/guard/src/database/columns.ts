import { type DatabasePlan, type Text, text } from '@komainu/model';

/** Words of a column's name, `ccExpires` and `cc_expires` alike, that speak of a card by themselves. */
const WORDS = new Set(
  'cc cvv cvv2 cvc cvc2 csc cav cid pan pin track track1 track2 card cards creditcard cardnumber cardno ccnum ccnumber ccno securitycode'.split(
    ' ',
  ),
);
/** Anywhere in a name without its separators. EC-CUBE 2 payment modules keep what they like in memo01 to memo10. */
const PARTS =
  /card(?:number|num|no|code|exp|hash|data)|credit(?:no|num|exp)|(?:security|verification|verify)code|^memo(?:0\d|10)$/;

/** Whether a column may hold card data, by its name. Such a column is never selected, whatever the configuration says. */
export function mayHoldCard(column: string): boolean {
  const words = column
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => WORDS.has(word)) || PARTS.test(words.join(''));
}

/** Why a plan is refused; null when it is not. */
export function refusePlan({ tables }: DatabasePlan): Text | null {
  for (const { table, key, columns, since, only } of tables)
    for (const column of [...key, ...columns, since ?? '', only?.column ?? ''])
      if (mayHoldCard(column))
        return text(
          `${table}.${column} may hold card data by its name; Komainu never reads such a column. Take it out of the configuration.`,
          `${table}.${column} は名前からカード情報の列と考えられます。Komainu はこのような列を決して読みません。設定から外してください。`,
        );
  return null;
}
