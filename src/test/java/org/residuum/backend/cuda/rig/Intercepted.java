package org.residuum.backend.cuda.rig;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A driver, stream or the like some of whose calls are looked at on their way. */
public final class Intercepted {
  /** What is to be done instead of the call; {@code Call.go} makes it. */
  @FunctionalInterface
  public interface Watcher {
    Object on(Call call);
  }

  /** A call that has not been made yet. */
  public record Call(Object target, Method method, Object[] arguments) {
    public String name() {
      return method.getName();
    }

    /** Makes the call, with its own exceptions. */
    public Object go() {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Intercepted() {}

  public static <T> T of(Class<T> type, T target, Watcher watcher) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              method.setAccessible(true);
              return watcher.on(new Call(target, method, arguments));
            });
    return type.cast(proxy);
  }
}
