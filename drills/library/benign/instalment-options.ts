import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'instalment-options',
  why: 'Offers payment in instalments, bonus or revolving once a card is there, and tells analytics that the step was reached.',
  base: 'direct',
  install: (site) =>
    site.append(js`document.getElementById('cc-csc').addEventListener('change', function () {
  if (document.getElementById('plan')) return;
  document.getElementById('card-area').insertAdjacentHTML('beforeend', '<label>お支払い回数<select id="plan" name="plan"><option>一括</option><option>3回</option><option>リボ払い</option></select></label>');
  stat('plan_shown');
});`),
  proof: (arrived) => at(arrived, 'stats').some(({ url }) => url.searchParams.get('en') === 'plan_shown'),
});
