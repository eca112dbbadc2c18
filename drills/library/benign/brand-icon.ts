import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'brand-icon',
  why: "Shows the brand's picture by the first digit, loaded from the shop's own host: one of four addresses, and it depends on the brand.",
  base: 'direct',
  changed:
    "which picture is loaded tells the brand to the shop's own server; cards of the same brand look alike",
  install: (site) => {
    for (const brand of ['visa', 'master', 'jcb', 'amex'])
      site.serve(
        `shop/media/${brand}.svg`,
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="20"><rect width="32" height="20" fill="#246"/></svg>',
      );
    site.append(js`document.getElementById('cc-number').addEventListener('input', function (e) {
  var brand = { 4: 'visa', 5: 'master', 3: 'jcb' }[e.target.value[0]];
  var icon = document.getElementById('brand') || e.target.parentNode.appendChild(Object.assign(new Image(), { id: 'brand' }));
  if (brand && !icon.src.endsWith(brand + '.svg')) icon.src = '/media/' + brand + '.svg';
});`);
  },
  proof: (arrived) =>
    at(arrived, 'shop', '/media/visa.svg').length + at(arrived, 'shop', '/media/master.svg').length > 0,
});
