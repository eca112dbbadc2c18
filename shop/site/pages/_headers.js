// The security headers of every page. Pictures are let in from anywhere, as the makers' blogs need it.
export function headers(shop, { payment = false } = {}) {
  const { provider, analytics, tags, chat } = shop.settings;
  const socket = chat.replace(/^http/, 'ws');
  const policy = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${shop.nonce}' ${analytics} ${tags} ${chat}`,
    `style-src 'self'`,
    `img-src * data:`,
    `connect-src 'self' ${analytics} ${chat} ${socket}`,
    `frame-src ${payment ? `${provider} ` : ''}${chat}`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `object-src 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  };
}
