import { LanguageCode, ShippingCalculator } from '@vendure/core';

/** One price per parcel, tax included, free of charge from an order value on (0: never free). Amounts in yen. */
export const parcelCalculator = new ShippingCalculator({
  code: 'parcel',
  description: [{ languageCode: LanguageCode.en, value: 'Parcel with free shipping from a threshold' }],
  args: {
    price: { type: 'int' },
    freeFrom: { type: 'int' },
  },
  calculate: (_ctx, order, args) => ({
    price: args.freeFrom > 0 && order.subTotalWithTax >= args.freeFrom ? 0 : args.price,
    priceIncludesTax: true,
    taxRate: 10,
    metadata: {},
  }),
});
