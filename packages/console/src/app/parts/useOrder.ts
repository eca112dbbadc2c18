import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';

interface Order<In, Out> {
  readonly send: (order: In) => Promise<Out>;
  readonly onDone?: (answer: Out) => unknown;
  /** An accepted order may not be given again. */
  readonly final?: boolean;
}

/**
 * An order to the server that a double click cannot give twice: the second click comes before the screen has been
 * drawn with the button disabled.
 */
export const useOrder = <In, Out>({ send, onDone, final = false }: Order<In, Out>) => {
  const busy = useRef(false);
  const mutation = useMutation<Out, Error, In>({
    mutationFn: send,
    onSuccess: (answer) => onDone?.(answer),
    onSettled: (_answer, error) => {
      busy.current = final && error === null;
    },
  });
  const give = (order: In): void => {
    if (busy.current) return;
    busy.current = true;
    mutation.mutate(order);
  };
  const { data, error, isPending, isSuccess } = mutation;
  return { give, answer: data ?? null, error: isPending ? null : error, isPending, isSuccess };
};
