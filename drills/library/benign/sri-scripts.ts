import { createHash } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

const CODE = js`window.Dayjs = { format: function (d) { return d.toISOString().slice(0, 10); } };
document.querySelector('footer small').textContent += ' ' + Dayjs.format(new Date());`;

export default benign({
  id: 'sri-scripts',
  why: 'A library with an integrity hash and crossorigin, as it should be.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/dayjs/1.11/dayjs.min.js', CODE);
    site.markup(
      `<script src="${site.origins.cdn}/dayjs/1.11/dayjs.min.js" crossorigin="anonymous" integrity="sha384-${createHash('sha384').update(CODE).digest('base64')}"></script>`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/dayjs/1.11/dayjs.min.js').length > 0,
});
