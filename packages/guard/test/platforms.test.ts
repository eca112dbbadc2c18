import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PathPolicy } from '@komainu/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findWebUser, inspectRoot } from '../src/index.ts';
import { compilePolicies } from '../src/disk/policy.ts';
import { PLATFORMS, recognise } from '../src/platforms/recognise.ts';
import { CODE_WITHIN, EXECUTABLE_NAMES, LEFT_BEHIND } from '../src/platforms/unusual.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'komainu-platform-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function plant(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    if (file.endsWith('/')) mkdirSync(join(dir, file), { recursive: true });
    else writeFileSync(join(dir, file), 'x');
  }
}

interface Row {
  readonly id: string;
  /** Part of the shop as it is installed. */
  readonly tree: readonly string[];
  /** Where its payment code, its uploads, its caches are, and what they must be. */
  readonly expected: Readonly<Record<string, PathPolicy>>;
}

const SHOPS: readonly Row[] = [
  {
    id: 'eccube-4',
    tree: [
      'src/Eccube/Kernel.php',
      'html/index.php',
      'package.json',
      'var/cache/prod/App_KernelProdContainer.php',
    ],
    expected: {
      'index.php': 'sealed',
      '.env': 'sealed',
      '.htaccess': 'sealed',
      'src/Eccube/Resource/template/default/Shopping/index.twig': 'sealed',
      'app/template/default/Shopping/confirm.twig': 'sealed',
      'app/Plugin/SamplePayment42/Controller/PaymentController.php': 'sealed',
      'html/plugin/SamplePayment42/assets/pay.js': 'sealed',
      'html/user_data/assets/js/customize.js': 'sealed',
      'html/user_data/banner/summer.jpg': 'no-exec',
      'html/user_data/banner/summer.jpg.php': 'sealed',
      'html/upload': 'no-exec',
      'html/upload/save_image/shell.php': 'no-exec',
      'html/upload/save_image/.htaccess': 'sealed',
      'var/log/prod/site.log': 'churn',
      'var/cache/prod/x.php': 'churn',
    },
  },
  {
    id: 'eccube-2',
    tree: ['data/class/SC_Query.php', 'html/index.php', 'data/Smarty/templates_c/default/x.php'],
    expected: {
      'data/Smarty/templates/default/shopping/payment.tpl': 'sealed',
      'data/Smarty/templates_c/default/a.tpl.php': 'churn',
      'data/downloads/module/mdl_payment/payment.php': 'sealed',
      'data/downloads/plugin/P/P.php': 'sealed',
      'data/config/config.php': 'sealed',
      'data/cache/mtb_constants.php': 'churn',
      'html/js/eccube.js': 'sealed',
      'html/user_data/packages/default/css/main.css': 'sealed',
      'html/user_data/x.php': 'sealed',
      'html/upload/save_image/a.jpg': 'no-exec',
      'html/upload/.user.ini': 'sealed',
    },
  },
  {
    id: 'woocommerce',
    tree: ['wp-includes/version.php', 'wp-content/plugins/woocommerce/woocommerce.php', 'wp-config.php'],
    expected: {
      'wp-config.php': 'sealed',
      'wp-content/plugins/woocommerce/assets/client/blocks/checkout.js': 'sealed',
      'wp-content/themes/shop/woocommerce/checkout/payment.php': 'sealed',
      'wp-content/mu-plugins/x.php': 'sealed',
      'wp-content/object-cache.php': 'sealed',
      'wp-content/uploads/2026/11/a.php': 'no-exec',
      'wp-content/uploads/wc-logs/fatal-errors.log': 'churn',
      'wp-content/cache/page/index.html': 'churn',
      'wp-content/upgrade/tmp': 'churn',
      '.maintenance': 'churn',
    },
  },
  {
    id: 'wordpress',
    tree: ['wp-includes/version.php', 'wp-content/uploads/'],
    expected: { 'wp-content/uploads/a.jpg': 'no-exec', 'index.php': 'sealed' },
  },
  {
    id: 'magento-2',
    tree: ['bin/magento', 'app/etc/di.xml', 'package.json', 'pub/index.php'],
    expected: {
      'app/etc/env.php': 'sealed',
      'app/code/Shop/Pay/view/frontend/web/js/pay.js': 'sealed',
      'vendor/magento/module-checkout/view/frontend/web/js/view/payment.js': 'sealed',
      'vendor/composer/autoload_files.php': 'sealed',
      'pub/static/frontend/Magento/luma/ja_JP/Magento_Checkout/js/view/payment.js': 'sealed',
      'pub/static/_cache/merged/a.js': 'churn',
      'generated/code/Magento/Framework/App/Http/Interceptor.php': 'sealed',
      'pub/media/catalog/product/a/b/x.phtml': 'no-exec',
      'pub/media/custom_options/.htaccess': 'sealed',
      'pub/sitemap.xml': 'churn',
      'var/session/sess_1': 'churn',
    },
  },
  {
    id: 'shopware-6',
    tree: ['bin/console', 'vendor/shopware/core/composer.json'],
    expected: {
      '.env.local': 'sealed',
      'custom/plugins/Pay/src/Pay.php': 'sealed',
      'public/theme/abc/js/storefront.js': 'sealed',
      'public/bundles/storefront/x.js': 'sealed',
      'public/media/ab/x.svg': 'no-exec',
      'public/thumbnail/ab/x.webp': 'no-exec',
      'files/media/invoice.pdf': 'no-exec',
      'var/cache/prod/x.php': 'churn',
    },
  },
  {
    id: 'prestashop',
    tree: ['config/defines.inc.php', 'classes/controller/FrontController.php', 'img/p/index.php'],
    expected: {
      'modules/ps_checkout/ps_checkout.php': 'sealed',
      'override/classes/Cart.php': 'sealed',
      'themes/classic/templates/checkout/checkout.tpl': 'sealed',
      'themes/classic/assets/cache/bottom-1.js': 'churn',
      'img/p/1/1.jpg': 'no-exec',
      'img/p/shell.php': 'no-exec',
      'img/p/index.php': 'sealed',
      'upload/x.phar': 'no-exec',
      'var/cache/prod/x.php': 'churn',
      'admin123/import/x.csv': 'churn',
      'admin123/index.php': 'sealed',
    },
  },
  {
    id: 'opencart',
    tree: ['system/engine/registry.php', 'catalog/controller/checkout/checkout.php', 'image/catalog/a.png'],
    expected: {
      'config.php': 'sealed',
      'catalog/view/template/checkout/payment_method.twig': 'sealed',
      'extension/pay/catalog/controller/payment/pay.php': 'sealed',
      'system/storage/vendor/autoload.php': 'sealed',
      'system/storage/modification/catalog/controller/checkout/checkout.php': 'sealed',
      'system/storage/upload/a.php.jpg': 'no-exec',
      'system/storage/session/sess_1': 'churn',
      'image/cache/catalog/a-40x40.png': 'no-exec',
    },
  },
  {
    id: 'zencart',
    tree: ['includes/version.php', 'includes/modules/checkout_process.php', 'images/a.gif'],
    expected: {
      'includes/configure.php': 'sealed',
      'includes/modules/payment/pay.php': 'sealed',
      'includes/templates/shop/templates/tpl_checkout_payment_default.php': 'sealed',
      'zc_plugins/Pay/v1/manifest.php': 'sealed',
      'images/uploads/a.php': 'no-exec',
      'cache/sql_1.sql': 'churn',
    },
  },
  {
    id: 'medusa',
    tree: ['package.json', 'node_modules/@medusajs/medusa/package.json', 'static/1-a.jpg'],
    expected: {
      'static/1-a.html': 'no-exec',
      '.medusa/server/src/api/route.js': 'sealed',
      'medusa.log': 'churn',
    },
  },
  {
    id: 'vendure',
    tree: ['package.json', 'node_modules/@vendure/core/package.json'],
    expected: {
      'dist/index.js': 'sealed',
      'node_modules/@vendure/core/dist/index.js': 'sealed',
      'node_modules/.cache/x': 'churn',
      'static/assets/preview/a.jpg': 'no-exec',
      'vendure.sqlite-wal': 'churn',
      'server.log': 'churn',
    },
  },
  {
    id: 'node',
    tree: ['package.json', 'server.js'],
    expected: {
      'server.js': 'sealed',
      '.next/cache/images/x': 'churn',
      '.next/server/app/page.js': 'sealed',
    },
  },
  {
    id: 'plain',
    tree: ['index.php'],
    expected: {
      'index.php': 'sealed',
      'img/uploads/a.jpg': 'no-exec',
      'img/uploads/.htaccess': 'sealed',
      'app/cache/x': 'churn',
      'lib/cache.php': 'sealed',
    },
  },
];

describe.each(SHOPS)('$id', ({ id, tree, expected }) => {
  it('is recognised, and each path is treated as it should be', () => {
    plant(...tree);
    const { platform, rules, others, above } = inspectRoot(dir, null);
    expect([platform.id, above]).toEqual([id, null]);
    const policies = compilePolicies(rules);
    const treated = Object.fromEntries(Object.keys(expected).map((path) => [path, policies.of(path)]));
    expect(treated).toEqual(expected);
    const planted = tree.filter((file) => !file.endsWith('/')).length;
    expect(rules.reduce((sum, { files }) => sum + files, 0) + others).toBe(planted);
  });
});

describe('every platform', () => {
  it('keeps the files that tell the web server what to run sealed, wherever they are, and gives a reason for each line', () => {
    for (const { id, rules } of PLATFORMS.filter((one) => !['vendure', 'medusa', 'node'].includes(one.id))) {
      expect([id, compilePolicies(rules).of('any/where/.htaccess')]).toEqual([id, 'sealed']);
      for (const { why } of rules)
        expect([why.en, why.ja]).toEqual([
          expect.stringMatching(/.{10}/),
          expect.stringMatching(/[ぁ-ん].*。$/),
        ]);
    }
  });

  it('is told when the part the web sees is named instead of the whole', () => {
    plant('bin/magento', 'app/etc/di.xml', 'pub/index.php');
    expect(inspectRoot(join(dir, 'pub'), null).above).toMatchObject({ dir, platform: { id: 'magento-2' } });
    expect(recognise(join(dir, 'pub')).id).toBe('plain');
  });
});

describe('what is unusual', () => {
  it.each([...EXECUTABLE_NAMES, ...LEFT_BEHIND, CODE_WITHIN])('$why.en', ({ pattern, example }) => {
    expect(example).toMatch(pattern);
  });

  it('is named: code among uploads, whatever its name and wherever in the file; dumps, links out, odd files', () => {
    plant(
      'wp-includes/version.php',
      'wp-content/uploads/a.jpg',
      'wp-content/uploads/b.PhP7',
      'wp-content/plugins/p/p.php',
      'shop.sql.gz',
    );
    const shell = '<?php system($_GET[0]);';
    const write = (name: string, bytes: string) =>
      writeFileSync(join(dir, 'wp-content/uploads', name), bytes);
    write('head.gif', `GIF89a${shell}`);
    write('tail.jpg', `${'\xff'.repeat(100_000)}${shell}`);
    write('honest.jpg', '\xff\xd8<?xpacket begin="" ?>'.repeat(5_000));
    write('.htaccess', 'AddHandler php .jpg');
    symlinkSync('/etc/passwd', join(dir, 'wp-content/uploads/out'));
    symlinkSync('../uploads/a.jpg', join(dir, 'wp-content/plugins/in'));
    execFileSync('mkfifo', [join(dir, 'wp-content/pipe')]);
    mkdirSync(join(dir, '.git'));
    chmodSync(join(dir, 'wp-content/plugins/p/p.php'), 0o4644);
    const { unusual, uploads, rules } = inspectRoot(dir, null);
    expect(
      Object.fromEntries(unusual.map(({ path, why }) => [path, why.en.split(' ').slice(0, 3).join(' ')])),
    ).toEqual({
      '.git': 'version control: the',
      'shop.sql.gz': 'a database dump',
      'wp-content/pipe': 'neither file, directory',
      'wp-content/plugins/p/p.php': 'runs with its',
      'wp-content/uploads/b.PhP7': 'PHP, by its',
      'wp-content/uploads/head.gif': 'PHP code inside',
      'wp-content/uploads/out': 'a link that',
      'wp-content/uploads/tail.jpg': 'PHP code inside',
    });
    expect(uploads).toEqual(['wp-content/uploads']);
    expect(rules.at(-1)?.glob).toBe('{.git,.svn,.hg}/');
  });

  it.skipIf(process.getuid?.() !== 0)('is what the web user may write among sealed code', () => {
    plant(
      'wp-includes/version.php',
      'wp-content/uploads/2026/a.jpg',
      'wp-content/plugins/p/p.php',
      'wp-content/themes/t/t.php',
      'index.php',
    );
    const web = { name: 'web', uid: 4242, gids: [4343] };
    chownSync(join(dir, 'wp-content/uploads'), 4242, 4343);
    chownSync(join(dir, 'wp-content/plugins'), 0, 4343);
    chmodSync(join(dir, 'wp-content/plugins'), 0o775);
    chownSync(join(dir, 'wp-content/plugins/p'), 4242, 0);
    chownSync(join(dir, 'index.php'), 4242, 0);
    chmodSync(join(dir, 'wp-content/themes/t/t.php'), 0o666);
    const seen = inspectRoot(dir, web);
    expect([seen.writable, seen.writableFiles]).toEqual([['wp-content/plugins'], 2]);
    // Its own, but read-only; and without a user only what anybody may write counts.
    chmodSync(join(dir, 'index.php'), 0o444);
    expect(inspectRoot(dir, web).writableFiles).toBe(1);
    expect(inspectRoot(dir, null)).toMatchObject({ writable: [], writableFiles: 1 });
  });

  it('the web user is found by name in passwd and group, and is none where none is', () => {
    writeFileSync(
      join(dir, 'passwd'),
      'root:x:0:0::/:/bin/sh\nshop:x:1001:1002::/:/bin/sh\nnginx:x:33:34::/:/bin/false\n',
    );
    writeFileSync(join(dir, 'group'), 'web:x:50:shop,nginx\nother:x:51:\n');
    expect(findWebUser(undefined, dir)).toEqual({ name: 'nginx', uid: 33, gids: [34, 50] });
    expect(findWebUser('shop', dir)).toEqual({ name: 'shop', uid: 1001, gids: [1002, 50] });
    expect(findWebUser('nobody-here', dir)).toBeNull();
    expect(findWebUser(undefined, join(dir, 'none'))).toBeNull();
  });

  it('a root that is not there is said so', () => {
    expect(() => inspectRoot(join(dir, 'none'), null)).toThrow(/cannot look at .*ENOENT/);
  });
});
