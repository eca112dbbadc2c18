/** A shop system's own names for things: they outrank words. Plain data, sent into pages. */
export interface PlatformHint {
  readonly id: string;
  /** Regular expressions (flag `i`) against generator, body class and id, addresses of scripts, styles and forms, path. */
  readonly signs: readonly string[];
  /** CSS selectors by purpose. */
  readonly selectors: Readonly<Partial<Record<HintPurpose, string>>>;
}
type HintPurpose =
  | 'product'
  | 'add'
  | 'see-cart'
  | 'checkout'
  | 'guest'
  | 'next'
  | 'confirm'
  | 'to-payment'
  | 'card'
  | 'order';

/** What was read in the shop systems' own templates and manuals; a theme may change any of it, hence only hints. */
export const PLATFORMS: readonly PlatformHint[] = [
  {
    id: 'ec-cube-4',
    signs: [
      'EC-CUBE 4',
      '/html/template/default/assets',
      '/shopping/(nonmember|login|confirm)',
      '/products/add_cart',
    ],
    selectors: {
      product: 'a[href*="/products/detail/"]',
      add: '.add-cart,button.ec-blockBtn--action.add-cart',
      'see-cart': '.ec-modal a[href$="/cart"],a.ec-inlineBtn--action',
      checkout: 'a[href*="/cart/buystep"]',
      guest: 'a[href*="/shopping/nonmember"]',
      card: 'input[name="_shopping_order[Payment]"]',
      order: '[formaction*="/shopping/checkout"],form[action*="/shopping/checkout"] button',
    },
  },
  {
    id: 'ec-cube-2',
    signs: [
      'EC-CUBE(?! 4)',
      'eccube(\\.legacy)?\\.js',
      '/shopping/(deliv|payment|confirm)\\.php',
      '/products/detail\\.php',
    ],
    selectors: {
      product: 'a[href*="/products/detail.php"]',
      add: '#cart,a[href*="fnInCart"],[onclick*="fnInCart"]',
      checkout: '[name="confirm"][type=image],input[name="confirm"]',
      guest: '#member_form2 [type=image],[name="buystep"]',
      next: '#next',
      order: '#next-confirm,[name="next"][alt*="完了"],[onclick*="fnCheckSubmit"][alt*="完了"]',
    },
  },
  {
    id: 'woocommerce',
    signs: ['woocommerce', 'wc-ajax', '/wc-'],
    selectors: {
      product: 'a.woocommerce-LoopProduct-link,a.woocommerce-loop-product__link',
      add: '.single_add_to_cart_button',
      'see-cart': 'a.wc-forward[href*="cart"],a.added_to_cart',
      checkout: 'a.checkout-button,.wc-proceed-to-checkout a',
      order: '#place_order,.wc-block-components-checkout-place-order-button',
    },
  },
  {
    id: 'shopify-like',
    signs: ['shopify', '/cdn/shop/', '/cart/add\\b'],
    selectors: {
      product: 'a[href*="/products/"]',
      add: 'form[action*="/cart/add"] [type=submit]',
      'see-cart': 'a[href$="/cart"]',
      checkout: '[name=checkout],a[href*="/checkout"]',
      order: '#checkout-pay-button',
    },
  },
  {
    id: 'makeshop-like',
    signs: ['makeshop', '/shopdetail/', '/view/item/', 'shop-pro\\.jp', 'color-me'],
    selectors: {
      product: 'a[href*="/shopdetail/"],a[href*="/view/item/"],a[href*="?pid="]',
      add: '.btnCartIn,[class*="cart_in"],[class*="cartin"]',
      checkout: 'a[href*="/ssl/"],[class*="btn_order"],[class*="to-regi"]',
    },
  },
];
