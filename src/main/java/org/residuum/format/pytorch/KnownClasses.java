package org.residuum.format.pytorch;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The classes and functions that a pickle may name: the whole of the allow-list. None is PyTorch's
 * or Python's own; each is a few lines here or in {@link Rebuild}.
 */
final class KnownClasses {
  private static final Map<String, Object> KNOWN = new HashMap<>();

  static {
    for (Element element : Element.values()) {
      KNOWN.put("torch." + element.name().toLowerCase(Locale.ROOT), element);
      if (element.storage != null) {
        KNOWN.put("torch." + element.storage + "Storage", new StorageClass(element));
      }
    }
    KNOWN.put("torch.storage.UntypedStorage", new StorageClass(Element.UINT8));
    KNOWN.put("torch.storage._UntypedStorage", new StorageClass(Element.UINT8));
    function("torch._utils._rebuild_tensor", Rebuild::tensor);
    function("torch._utils._rebuild_tensor_v2", Rebuild::tensor);
    function("torch._utils._rebuild_tensor_v3", Rebuild::typedTensor);
    function("torch._utils._rebuild_parameter", Rebuild::parameter);
    function("torch._utils._rebuild_parameter_with_state", Rebuild::parameter);
    function("torch._tensor._rebuild_from_type_v2", Rebuild::fromType);
    function("torch.Size", Rebuild::size);
    function("collections.OrderedDict", KnownClasses::orderedDict);
    for (String inert :
        List.of(
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.device",
            "collections.Counter",
            "__builtin__.set",
            "builtins.set",
            "_codecs.encode",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray._reconstruct")) {
      function(inert, (unpickler, arguments) -> new Inert(inert));
    }
  }

  private KnownClasses() {}

  /** What a pickle may call. */
  @FunctionalInterface
  interface Callable {
    Object call(Unpickler unpickler, List<?> arguments) throws IOException;
  }

  /** A class of storages, as persistent ids name it. */
  record StorageClass(Element element) {}

  private static void function(String name, Callable callable) {
    KNOWN.put(name, callable);
  }

  /** A {@link Callable}, {@link StorageClass} or {@link Element}; null for all else. */
  static Object find(String module, String name) {
    return KNOWN.get(module + "." + name);
  }

  /** Python 2 hands over a list of pairs, Python 3 nothing. */
  private static Object orderedDict(Unpickler unpickler, List<?> arguments) throws IOException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty() && arguments.get(0) instanceof List<?> pairs) {
      unpickler.charge(pairs.size());
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> keyAndValue) || keyAndValue.size() != 2) {
          throw unpickler.error("an OrderedDict of what are no pairs");
        }
        unpickler.put(map, keyAndValue.get(0), keyAndValue.get(1));
      }
    }
    return map;
  }
}
