import { instant } from '@komainu/model';
import { z } from 'zod';

const ID = z.union([z.string(), z.number()]).transform(String);
/** Well-formed, so that it can be recorded: JSON may carry half a surrogate pair. */
const words = z.string().transform((value) => value.toWellFormed());
const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'not a time')
  .transform((value) => instant(Date.parse(value)));

const Method = z.object({ id: ID, code: words, enabled: z.boolean() });
export type Method = z.infer<typeof Method>;

export const METHODS = `query KomainuCardMethods($take: Int!, $skip: Int!) {
  paymentMethods(options: { take: $take, skip: $skip }) {
    items { id code enabled }
    totalItems
  }
}`;
export const Methods = z.object({
  paymentMethods: z.object({ items: z.array(Method), totalItems: z.int().nonnegative() }),
});

export const SWITCH = `mutation KomainuSwitch($id: ID!, $enabled: Boolean!) {
  updatePaymentMethod(input: { id: $id, enabled: $enabled }) { id code enabled }
}`;
export const Switched = z.object({ updatePaymentMethod: Method });

export const COUNT = `query KomainuCheckoutsUnderWay {
  orders(options: { take: 1, filter: { state: { eq: "ArrangingPayment" }, orderPlacedAt: { isNull: true } } }) {
    totalItems
  }
}`;
export const Count = z.object({ orders: z.object({ totalItems: z.int().nonnegative() }) });

/** Named columns only. A payment's `metadata` may hold what a handler got from the browser: never asked for. */
export const ORDERS = `query KomainuOrders($take: Int!, $skip: Int!, $filter: OrderFilterParameter!, $sort: OrderSortParameter!) {
  orders(options: { take: $take, skip: $skip, filter: $filter, sort: $sort }) {
    items {
      id
      code
      state
      createdAt
      updatedAt
      orderPlacedAt
      customer { firstName lastName emailAddress }
      shippingAddress { fullName streetLine1 }
      payments { method }
    }
  }
}`;

export const VendureOrder = z.object({
  id: ID,
  code: words,
  state: words,
  createdAt: time,
  updatedAt: time,
  orderPlacedAt: time.nullable(),
  customer: z.object({ firstName: words, lastName: words, emailAddress: words }).nullable(),
  shippingAddress: z.object({ fullName: words.nullish(), streetLine1: words.nullish() }).nullish(),
  payments: z.array(z.object({ method: words })).nullish(),
});
export type VendureOrder = z.infer<typeof VendureOrder>;
export const Orders = z.object({ orders: z.object({ items: z.array(VendureOrder) }) });
