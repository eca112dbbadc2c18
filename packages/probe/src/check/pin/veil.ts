/** Puts something of ours in the place of a native without its looking otherwise. */
export interface Veil {
  /** `act` is called with the native, `this` and the arguments. */
  method(owner: object | undefined, name: string, act: Act): void;
  getter(owner: object | undefined, name: string, act: (native: Function, self: unknown) => unknown): void;
  /** A constructor that tells `made` of every use. */
  maker(owner: object, name: string, made: () => void): void;
}
type Act = (native: Function, self: unknown, args: readonly unknown[]) => unknown;

/**
 * Runs in every realm of a pinned visit; self-contained, as it is sent as text. A proxy has its native's name, length
 * and lack of a prototype; what it says of its source is put right here.
 */
export function makeVeil(): Veil {
  const { apply, construct } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const natives = new WeakMap<object, Function>();
  const nativeOf = natives.get.bind(natives);
  const note = natives.set.bind(natives);

  const cover = (native: Function, act: Act): Function => {
    const proxy = new Proxy(native, { apply: (target, self, args) => act(target, self, args) });
    note(proxy, native);
    return proxy;
  };
  const method: Veil['method'] = (owner, name, act) => {
    const found = owner && getOwnPropertyDescriptor(owner, name);
    if (owner && typeof found?.value === 'function')
      defineProperty(owner, name, { ...found, value: cover(found.value as Function, act) });
  };
  const getter: Veil['getter'] = (owner, name, act) => {
    const found = owner && getOwnPropertyDescriptor(owner, name);
    if (owner && found?.get)
      defineProperty(owner, name, { ...found, get: cover(found.get, act) as () => unknown });
  };
  const maker: Veil['maker'] = (owner, name, made) => {
    const found = getOwnPropertyDescriptor(owner, name);
    const native = found?.value as (Function & { prototype: object }) | undefined;
    if (typeof native !== 'function') return;
    const proxy = new Proxy(native, {
      construct: (target, args, self) => {
        made();
        return construct(target, args, self) as object;
      },
    });
    note(proxy, native);
    defineProperty(native.prototype, 'constructor', { value: proxy, writable: true, configurable: true });
    defineProperty(owner, name, { ...found, value: proxy });
  };
  method(Function.prototype, 'toString', (native, self, args) =>
    apply(native, (typeof self === 'function' && nativeOf(self)) || self, args as unknown[]),
  );
  return { method, getter, maker };
}
