package org.residuum.backend.cuda.kernel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one launch, given by name and checked against the kernel's parameters. */
public final class Arguments {
  private final Kernel kernel;
  private final Map<String, Object> values = new HashMap<>();

  Arguments(Kernel kernel) {
    this.kernel = kernel;
  }

  public Kernel kernel() {
    return kernel;
  }

  /**
   * A pointer.
   *
   * @param place a device address as a Long, or what is turned into one before the launch
   */
  public Arguments pointer(String name, Object place) {
    return put(name, ArgumentType.POINTER, place);
  }

  /** An integer of the width that the kernel takes. */
  public Arguments number(String name, long value) {
    return type(name) == ArgumentType.INT32
        ? put(name, ArgumentType.INT32, Math.toIntExact(value))
        : put(name, ArgumentType.INT64, value);
  }

  public Arguments number(String name, float value) {
    return put(name, ArgumentType.FLOAT32, value);
  }

  private ArgumentType type(String name) {
    return kernel.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow(() -> refused("has no parameter " + name))
        .type();
  }

  private Arguments put(String name, ArgumentType given, Object value) {
    if (type(name) != given) {
      throw refused("takes " + name + " as " + type(name) + ", not as " + given);
    }
    if (values.put(name, value) != null) {
      throw refused("got " + name + " twice");
    }
    return this;
  }

  /** The values in the order of the kernel's parameters. */
  public List<Object> inOrder() {
    return kernel.parameters().stream()
        .map(
            parameter -> {
              Object value = values.get(parameter.name());
              if (value == null) {
                throw refused("got no " + parameter.name());
              }
              return value;
            })
        .toList();
  }

  private IllegalStateException refused(String why) {
    return new IllegalStateException("a launch of " + kernel + " " + why);
  }
}
