import { serverSide } from '../behaviour.ts';

/** A whole PNG of one pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export default serverSide({
  id: 'honest-upload',
  why: 'A clerk uploads a picture of a product, and the cache is written anew: an ordinary day.',
  covers: [],
  strike: ({ write }) => {
    write('html/upload/save_image/ninjin.png', Buffer.from(PNG, 'base64'));
    write('var/cache/twig-4f.php', '<?php // compiled template');
  },
});
