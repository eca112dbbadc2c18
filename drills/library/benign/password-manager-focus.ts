import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'password-manager-focus',
  why: 'Handles focus and keys in every field, jumps on when one is full, reads lengths and types: what a filling helper does.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/media/key.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12"/>');
    site.append(js`(function () {
  var icon = new Image();
  icon.src = '/media/key.svg';
  document.querySelectorAll('input').forEach(function (input) {
    input.addEventListener('focus', function () { input.parentNode.append(icon); });
    input.addEventListener('keydown', function (e) { if (e.key === 'Enter') e.preventDefault(); });
    input.addEventListener('input', function () { input.dataset.full = String(input.maxLength > 0 && input.value.length >= input.maxLength); });
  });
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/media/key.svg').length > 0,
});
