import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'push-registration',
  why: 'Registers a worker for push messages and reports whether they are allowed; the worker itself does nothing on this page.',
  base: 'direct',
  install: (site) => {
    site.serve(
      'shop/push-sw.js',
      js`self.addEventListener('push', function (e) { e.waitUntil(self.registration.showNotification('若葉自然食品')); });`,
    );
    site.serve('shop/push/state', { status: 204 });
    site.everywhere(js`navigator.serviceWorker.register('/push-sw.js').then(function () {
  fetch('/push/state', { method: 'POST', body: Notification.permission });
});`);
  },
  proof: (arrived) => at(arrived, 'shop', '/push/state').length > 0,
});
