package org.residuum.format.folder;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.format.FormatException;
import org.residuum.network.Shape;
import org.residuum.network.op.Op;
import org.residuum.network.op.Window;

/**
 * Operations and the records they are made of, as JSON objects whose keys are the record's
 * components; an operation has its class as {@code type} besides. Reading takes exactly these keys
 * and lets the record's own constructor check the values.
 */
final class RecordJson {
  private static final String TYPE = "type";
  private static final String FREE = "N";

  /** Where the classes of operations are looked up by their name. */
  private static final List<String> PACKAGES =
      List.of(
          "org.residuum.network.op.",
          "org.residuum.network.gradient.",
          "org.residuum.network.loss.");

  /** A window is one flat object; the names are those of its accessors. */
  private static final List<String> WINDOW =
      List.of(
          "height",
          "width",
          "strideY",
          "strideX",
          "padTop",
          "padLeft",
          "padBottom",
          "padRight",
          "dilationY",
          "dilationX");

  private static final Map<Class<?>, String> WORDS =
      Map.of(
          Map.class, "an object",
          List.class, "a list",
          String.class, "a string",
          Long.class, "a whole number",
          Boolean.class, "true or false");

  private RecordJson() {}

  static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Window window) {
      writeWindow(json, window);
    } else if (value instanceof Record) {
      writeRecord(json, (Record) value);
    } else if (value instanceof Shape shape) {
      writeShape(json, shape);
    } else if (value instanceof List<?> list) {
      writeList(json, list);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Float number) {
      writeFloat(json, number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else {
      json.writeString(((Enum<?>) value).name());
    }
  }

  private static void writeRecord(JsonGenerator json, Record value) throws IOException {
    json.writeStartObject();
    if (value instanceof Op) {
      json.writeStringField(TYPE, value.getClass().getSimpleName());
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      json.writeFieldName(component.getName());
      write(json, get(component.getAccessor(), value));
    }
    json.writeEndObject();
  }

  private static void writeWindow(JsonGenerator json, Window window) throws IOException {
    json.writeStartObject();
    for (String name : WINDOW) {
      try {
        json.writeNumberField(name, (int) get(Window.class.getMethod(name), window));
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }
    json.writeEndObject();
  }

  private static Object get(Method accessor, Record value) {
    try {
      return accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** JSON has no infinity and no NaN, so they are strings. */
  private static void writeFloat(JsonGenerator json, float number) throws IOException {
    if (Float.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Float.toString(number));
    }
  }

  private static void writeList(JsonGenerator json, List<?> list) throws IOException {
    json.writeStartArray();
    for (Object element : list) {
      write(json, element);
    }
    json.writeEndArray();
  }

  private static void writeShape(JsonGenerator json, Shape shape) throws IOException {
    json.writeStartArray();
    for (int extent : shape.toArray()) {
      if (extent == Shape.N) {
        json.writeString(FREE);
      } else {
        json.writeNumber(extent);
      }
    }
    json.writeEndArray();
  }

  /**
   * Reads an operation.
   *
   * @throws IllegalArgumentException naming what is unknown, missing or out of range
   */
  static Op readOp(Object json) {
    Map<?, ?> object = cast(json, Map.class, "an operation");
    String name = cast(object.get(TYPE), String.class, TYPE + " of an operation");
    return (Op) readRecord(operation(name), object, name);
  }

  private static Class<?> operation(String name) {
    for (String home : name.matches("[A-Za-z0-9]+") ? PACKAGES : List.<String>of()) {
      try {
        Class<?> type = Class.forName(home + name, false, RecordJson.class.getClassLoader());
        if (type.isRecord() && Op.class.isAssignableFrom(type)) {
          return type;
        }
      } catch (ClassNotFoundException | NoClassDefFoundError e) {
        continue; // The error is a file system's that ignores case.
      }
    }
    throw new IllegalArgumentException(
        "operation "
            + FormatException.quote(name)
            + " is unknown to this version; open the model with the version that saved it");
  }

  private static Object readRecord(Class<?> type, Map<?, ?> object, String what) {
    List<String> names = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      names.add(component.getName());
      types.add(component.getType());
    }
    Object[] values = readAttributes(names, types, object, what);
    return construct(type, types.toArray(Class<?>[]::new), values);
  }

  private static Window readWindow(Map<?, ?> object, String what) {
    List<Class<?>> types = Collections.nCopies(WINDOW.size(), int.class);
    Object[] read = readAttributes(WINDOW, types, object, what);
    int[] w = Arrays.stream(read).mapToInt(Integer.class::cast).toArray();
    return Window.of(w[0], w[1])
        .stride(w[2], w[3])
        .pad(w[4], w[5], w[6], w[7])
        .dilation(w[8], w[9]);
  }

  private static Object[] readAttributes(
      List<String> names, List<Class<?>> types, Map<?, ?> object, String what) {
    Set<Object> unknown = new HashSet<>(object.keySet());
    if (what.equals(object.get(TYPE))) {
      unknown.remove(TYPE);
    }
    Object[] values = new Object[names.size()];
    for (int i = 0; i < values.length; i++) {
      String name = names.get(i);
      unknown.remove(name);
      values[i] = read(types.get(i), object.get(name), "attribute " + name + " of " + what);
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "attribute "
              + FormatException.quote(String.valueOf(unknown.iterator().next()))
              + " of "
              + what
              + " is unknown");
    }
    return values;
  }

  private static Object construct(Class<?> type, Class<?>[] types, Object[] values) {
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object read(Class<?> type, Object json, String what) {
    if (type == int.class) {
      return readInt(json, what);
    } else if (type == float.class) {
      return readFloat(json, what);
    } else if (type == boolean.class) {
      return cast(json, Boolean.class, what);
    } else if (type == Shape.class) {
      return readShape(json, what);
    } else if (type == List.class) {
      return readInts(json, what);
    } else if (type.isInterface() && Op.class.isAssignableFrom(type)) {
      return readOp(type, json, what);
    } else if (type == Window.class) {
      return readWindow(cast(json, Map.class, what), what);
    } else if (type.isRecord()) {
      return readRecord(type, cast(json, Map.class, what), what);
    }
    return readEnum(type, cast(json, String.class, what), what);
  }

  private static Op readOp(Class<?> type, Object json, String what) {
    Op op = readOp(json);
    if (!type.isInstance(op)) {
      throw new IllegalArgumentException(
          what + " is " + op.label() + ", which is no " + type.getSimpleName());
    }
    return op;
  }

  /** The only lists that operations have. */
  private static List<Integer> readInts(Object json, String what) {
    List<Integer> numbers = new ArrayList<>();
    for (Object number : cast(json, List.class, what)) {
      numbers.add(readInt(number, what));
    }
    return numbers;
  }

  private static int readInt(Object json, String what) {
    long number = cast(json, Long.class, what);
    if (number != (int) number) {
      throw new IllegalArgumentException(what + " is " + number + ", which is beyond 32 bits");
    }
    return (int) number;
  }

  private static float readFloat(Object json, String what) {
    if (json instanceof String text && text.matches("NaN|-?Infinity")) {
      return Float.parseFloat(text);
    }
    float number = cast(json, Number.class, what).floatValue();
    if (!Float.isFinite(number)) {
      throw new IllegalArgumentException(what + " is beyond the range of 32-bit floats");
    }
    return number;
  }

  static Shape readShape(Object json, String what) {
    List<?> list = cast(json, List.class, what);
    int[] extents = new int[list.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      Object extent = list.get(axis);
      boolean free = axis == 0 && extent.equals(FREE);
      extents[axis] = free ? Shape.N : readInt(extent, what);
      if (!free && extents[axis] < 0) {
        throw new IllegalArgumentException(what + " has the negative extent " + extent);
      }
    }
    return Shape.of(extents);
  }

  static <E> E readEnum(Class<E> type, String name, String what) {
    for (E constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        what
            + " is "
            + FormatException.quote(name)
            + ", not one of "
            + Arrays.toString(type.getEnumConstants()));
  }

  static <T> T cast(Object json, Class<T> type, String what) {
    if (!type.isInstance(json)) {
      throw new IllegalArgumentException(
          what
              + (json == null
                  ? " is missing"
                  : " must be " + WORDS.getOrDefault(type, "a number") + ", not " + brief(json)));
    }
    return type.cast(json);
  }

  private static String brief(Object json) {
    return FormatException.quote(json.toString());
  }
}
