package org.residuum.format.pytorch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The functions of {@code torch._utils} that pickled tensors call. */
final class Rebuild {
  private static final int MOST_AXES = 64;

  private Rebuild() {}

  /** {@code (storage, offset, size, stride, ...)}: version 2 adds gradients and hooks. */
  static Object tensor(Unpickler unpickler, List<?> arguments) throws IOException {
    if (arguments.size() < 4 || !(arguments.get(0) instanceof StorageRef storage)) {
      throw unpickler.error("a tensor without storage, offset, size and stride");
    }
    return tensor(unpickler, arguments, storage, storage.element());
  }

  /** Version 3: the seventh argument is the type, the storage untyped. */
  static Object typedTensor(Unpickler unpickler, List<?> arguments) throws IOException {
    if (arguments.size() < 7
        || !(arguments.get(0) instanceof StorageRef storage)
        || !(arguments.get(6) instanceof Element element)) {
      throw unpickler.error("a tensor without storage, offset, size, stride and type");
    }
    return tensor(unpickler, arguments, storage, element);
  }

  private static TensorRef tensor(
      Unpickler unpickler, List<?> arguments, StorageRef storage, Element element)
      throws IOException {
    if (!(arguments.get(1) instanceof Long offset) || offset < 0) {
      throw unpickler.error("a tensor's offset must be an integer, 0 or more");
    }
    List<Long> extents = integers(unpickler, arguments.get(2));
    List<Long> strides = integers(unpickler, arguments.get(3));
    if (extents.size() != strides.size()) {
      throw unpickler.error(
          "a tensor of " + extents.size() + " extents and " + strides.size() + " strides");
    }
    return new TensorRef(storage, element, offset, extents, strides);
  }

  static Object parameter(Unpickler unpickler, List<?> arguments) throws IOException {
    if (!arguments.isEmpty() && arguments.get(0) instanceof Unknown unknown) {
      return unknown;
    }
    if (arguments.isEmpty() || !(arguments.get(0) instanceof TensorRef tensor)) {
      throw unpickler.error("a parameter without a tensor");
    }
    return tensor;
  }

  /** {@code (function, class, arguments, attributes)}: a tensor with Python attributes. */
  static Object fromType(Unpickler unpickler, List<?> arguments) throws IOException {
    if (arguments.size() != 4
        || !(arguments.get(0) instanceof KnownClasses.Callable function)
        || function == KnownClasses.find("torch._tensor", "_rebuild_from_type_v2")
        || !(arguments.get(2) instanceof List<?> inner)) {
      throw unpickler.error("a tensor subclass without function and arguments");
    }
    return arguments.get(1) instanceof Unknown subclass
        ? subclass
        : function.call(unpickler, inner);
  }

  static Object size(Unpickler unpickler, List<?> arguments) throws IOException {
    return integers(unpickler, arguments.isEmpty() ? null : arguments.get(0));
  }

  private static List<Long> integers(Unpickler unpickler, Object value) throws IOException {
    if (!(value instanceof List<?> list) || list.size() > MOST_AXES) {
      throw unpickler.error("a shape must be a tuple of at most " + MOST_AXES + " integers");
    }
    unpickler.charge(list.size());
    List<Long> integers = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(item instanceof Long integer) || integer < 0) {
        throw unpickler.error("a shape or stride must hold integers, 0 or more");
      }
      integers.add(integer);
    }
    return integers;
  }
}
