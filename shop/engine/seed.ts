import { type Admin, signIn } from './admin-client.ts';
import { catalogue, categories, makers, type Words } from './catalogue.ts';

export type SeedSettings = {
  readonly adminApi: string;
  readonly superadmin: { readonly user: string; readonly password: string };
  readonly komainu: { readonly user: string; readonly password: string };
  readonly member: { readonly user: string; readonly password: string };
};

/** All that Komainu's administrator may do: see orders and customers, and switch a payment method. */
export const komainuPermissions = ['ReadOrder', 'ReadCustomer', 'ReadPaymentMethod', 'UpdatePaymentMethod'];

type Created = { readonly made: { readonly id: string } };

const both = (words: Words, field = 'name') =>
  (['ja', 'en'] as const).map((languageCode) => ({ languageCode, [field]: words[languageCode] }));

const create = async (admin: Admin, mutation: string, type: string, input: unknown): Promise<string> =>
  (await admin<Created>(`mutation($input:${type}!){ made: ${mutation}(input:$input){ id } }`, { input })).made
    .id;

export async function seed(settings: SeedSettings): Promise<void> {
  const admin = await signIn(settings.adminApi, settings.superadmin.user, settings.superadmin.password);
  const taxes = await furnishChannel(admin);
  await furnishGoods(admin, taxes);
  await furnishDelivery(admin);
  await furnishPayment(admin);
  await furnishPeople(admin, settings);
}

async function furnishChannel(admin: Admin): Promise<Record<'standard' | 'reduced', string>> {
  const japan = await create(admin, 'createCountry', 'CreateCountryInput', {
    code: 'JP',
    enabled: true,
    translations: both({ ja: '日本', en: 'Japan' }),
  });
  const zone = await create(admin, 'createZone', 'CreateZoneInput', { name: 'Japan', memberIds: [japan] });
  await admin(
    'mutation($input:UpdateGlobalSettingsInput!){ updateGlobalSettings(input:$input){ __typename } }',
    {
      input: { availableLanguages: ['ja', 'en'], trackInventory: false },
    },
  );
  const { activeChannel } = await admin<{ activeChannel: { id: string } }>('{ activeChannel { id } }');
  const channel = await admin<{ updateChannel: { __typename: string } }>(
    'mutation($input:UpdateChannelInput!){ updateChannel(input:$input){ __typename ... on LanguageNotAvailableError { message } } }',
    {
      input: {
        id: activeChannel.id,
        defaultLanguageCode: 'ja',
        availableLanguageCodes: ['ja', 'en'],
        defaultCurrencyCode: 'JPY',
        availableCurrencyCodes: ['JPY'],
        pricesIncludeTax: true,
        defaultTaxZoneId: zone,
        defaultShippingZoneId: zone,
      },
    },
  );
  if (channel.updateChannel.__typename !== 'Channel') throw new Error('the channel could not be set up');
  const standard = await create(admin, 'createTaxCategory', 'CreateTaxCategoryInput', {
    name: '標準税率',
    isDefault: true,
  });
  const reduced = await create(admin, 'createTaxCategory', 'CreateTaxCategoryInput', { name: '軽減税率' });
  for (const [name, value, categoryId] of [
    ['消費税 10%', 10, standard],
    ['軽減税率 8%', 8, reduced],
  ] as const) {
    await create(admin, 'createTaxRate', 'CreateTaxRateInput', {
      name,
      value,
      categoryId,
      zoneId: zone,
      enabled: true,
    });
  }
  return { standard, reduced };
}

async function furnishGoods(admin: Admin, taxes: Record<'standard' | 'reduced', string>): Promise<void> {
  const facet = await admin<{ made: { values: readonly { id: string; code: string }[] } }>(
    'mutation($input:CreateFacetInput!){ made: createFacet(input:$input){ id values { id code } } }',
    {
      input: {
        code: 'category',
        isPrivate: false,
        translations: both({ ja: '分類', en: 'Category' }),
        values: Object.entries(categories).map(([code, words]) => ({ code, translations: both(words) })),
      },
    },
  );
  for (const [rank, item] of catalogue.entries()) {
    const maker = makers[item.maker];
    const productId = await create(admin, 'createProduct', 'CreateProductInput', {
      enabled: true,
      facetValueIds: facet.made.values
        .filter((value) => value.code === item.category)
        .map((value) => value.id),
      customFields: { marks: item.marks.join(','), rank },
      translations: (['ja', 'en'] as const).map((languageCode) => ({
        languageCode,
        name: item.name[languageCode],
        slug: item.slug,
        description: item.text[languageCode],
        customFields: {
          maker: maker.name[languageCode],
          makerStory: maker.story[languageCode],
          origin: maker.origin[languageCode],
          unit: item.unit[languageCode],
        },
      })),
    });
    await admin(
      'mutation($input:[CreateProductVariantInput!]!){ createProductVariants(input:$input){ id } }',
      {
        input: [
          {
            productId,
            sku: item.sku,
            price: item.price,
            taxCategoryId: taxes[item.tax],
            stockOnHand: item.stock,
            translations: both(item.name),
          },
        ],
      },
    );
  }
}

async function furnishDelivery(admin: Admin): Promise<void> {
  const methods = [
    ['standard', { ja: '通常便(常温)', en: 'Standard parcel' }, 660, 6000],
    ['chilled', { ja: 'クール便(冷蔵)', en: 'Chilled parcel' }, 990, 0],
  ] as const;
  for (const [code, name, price, freeFrom] of methods) {
    await create(admin, 'createShippingMethod', 'CreateShippingMethodInput', {
      code,
      fulfillmentHandler: 'manual-fulfillment',
      checker: {
        code: 'default-shipping-eligibility-checker',
        arguments: [{ name: 'orderMinimum', value: '0' }],
      },
      calculator: {
        code: 'parcel',
        arguments: [
          { name: 'price', value: String(price) },
          { name: 'freeFrom', value: String(freeFrom) },
        ],
      },
      translations: both(name).map((words) => ({ ...words, description: '' })),
    });
  }
}

async function furnishPayment(admin: Admin): Promise<void> {
  const methods = [
    ['card', 'musubi-card', { ja: 'クレジットカード', en: 'Credit card' }],
    ['bank-transfer', 'offline', { ja: '銀行振込', en: 'Bank transfer' }],
    ['cod', 'offline', { ja: '代金引換', en: 'Cash on delivery' }],
  ] as const;
  for (const [code, handler, name] of methods) {
    await create(admin, 'createPaymentMethod', 'CreatePaymentMethodInput', {
      code,
      enabled: true,
      handler: { code: handler, arguments: [] },
      translations: both(name).map((words) => ({ ...words, description: '' })),
    });
  }
}

async function furnishPeople(admin: Admin, settings: SeedSettings): Promise<void> {
  const role = await create(admin, 'createRole', 'CreateRoleInput', {
    code: 'komainu',
    description: 'Komainu: reads orders, switches payment methods',
    permissions: komainuPermissions,
  });
  await create(admin, 'createAdministrator', 'CreateAdministratorInput', {
    firstName: 'Komainu',
    lastName: 'Guardian',
    emailAddress: settings.komainu.user,
    password: settings.komainu.password,
    roleIds: [role],
  });
  await admin(
    'mutation($input:CreateCustomerInput!,$password:String){ createCustomer(input:$input,password:$password){ __typename } }',
    {
      input: {
        emailAddress: settings.member.user,
        lastName: '小森',
        firstName: '花',
        customFields: { familyKana: 'コモリ', givenKana: 'ハナ' },
      },
      password: settings.member.password,
    },
  );
}
