package org.residuum.format.pytorch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/**
 * Interprets pickles of protocol 2 to 5 (Python's {@code pickletools} defines the opcodes), as far
 * as tensors need it. Python's None, bool, int, float, str, list and tuple, dict become null,
 * Boolean, Long or BigInteger, Double, String, List, Map; classes and functions come from {@link
 * KnownClasses}. Time and memory are linear in the opcodes executed, which are limited; nothing
 * ever asks a container for its hash code, its text or its equality, for containers may hold
 * themselves.
 */
final class Unpickler {
  /** Some 40 opcodes a tensor: enough for 25,000 tensors, in about 100 MB of heap at the worst. */
  static final int MOST_OPCODES = 1_000_000;

  private static final Object MARK = new Object();

  private final PickleBytes in;
  private final List<Object> stack = new ArrayList<>();
  private final List<Object> memo = new ArrayList<>();
  private final Map<String, StorageRef> storages = new LinkedHashMap<>();
  private int opcodesLeft = MOST_OPCODES;
  private Unknown firstUnknown;

  Unpickler(Path file, String label, ByteBuffer bytes) {
    in = new PickleBytes(file, label, bytes);
  }

  /** Every storage that a pickle has named, by key. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  int position() {
    return in.position();
  }

  FormatException error(String problem) {
    return in.error(problem);
  }

  /** The refusal of the first class or function that is not read; null where there was none. */
  FormatException refusal() {
    return firstUnknown == null ? null : refusal(firstUnknown);
  }

  FormatException refusal(Unknown unknown) {
    return in.errorAt(
        unknown.offset(),
        "pickles the "
            + unknown.title()
            + "; only state_dicts of tensors are read: save model.state_dict()");
  }

  /** The value of the next pickle. */
  Object read() throws IOException {
    stack.clear();
    memo.clear();
    while (true) {
      int opcode = in.opcode();
      if (opcode == '.') {
        return result();
      }
      charge(1);
      execute(opcode);
    }
  }

  /** Counts work against the limit: an opcode, or an item that one opcode copies. */
  void charge(int items) throws IOException {
    opcodesLeft -= items;
    if (opcodesLeft < 0) {
      throw error("over " + MOST_OPCODES + " opcodes; save model.state_dict() alone");
    }
  }

  private Object result() throws IOException {
    if (stack.size() != 1) {
      throw error("the pickle ends with " + stack.size() + " values on its stack, not 1");
    }
    return pop();
  }

  private void execute(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol();
      case 0x95 -> in.i8(); // FRAME: a length that only buffered readers need
      case '(' -> stack.add(MARK);
      case 'N' -> push(null);
      case 0x88 -> push(Boolean.TRUE);
      case 0x89 -> push(Boolean.FALSE);
      case 'J' -> push((long) in.i4());
      case 'K' -> push((long) in.u1());
      case 'M' -> push((long) in.u2());
      case 0x8a -> push(in.integer(in.u1()));
      case 'G' -> push(in.bigEndianDouble());
      case 'X' -> push(in.text(in.u4(), UTF_8));
      case 0x8c -> push(in.text(in.u1(), UTF_8));
      case 0x8d -> push(in.text(in.i8(), UTF_8));
      case 'U', 'C' -> push(in.text(in.u1(), ISO_8859_1));
      case 'T', 'B' -> push(in.text(in.u4(), ISO_8859_1));
      case ')', ']' -> push(new ArrayList<>(0));
      case 0x85 -> push(tail(1));
      case 0x86 -> push(tail(2));
      case 0x87 -> push(tail(3));
      case 't' -> push(sinceMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'a' -> append(tail(1));
      case 'e' -> append(sinceMark());
      case 's' -> setItems(tail(2));
      case 'u' -> setItems(sinceMark());
      case 'q' -> memoize(in.u1());
      case 'r' -> memoize(in.u4());
      case 0x94 -> memoize(memo.size());
      case 'h' -> recall(in.u1());
      case 'j' -> recall(in.u4());
      case 'c' -> push(known(in.line(), in.line()));
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> reduce();
      case 0x92 -> reduceWithNames();
      case 0x8f -> push(new Inert("set"));
      case 0x90 -> addToSet();
      case 0x91 -> push(set());
      case '0' -> pop();
      case '1' -> sinceMark();
      case 'b' -> build();
      case 'Q' -> push(persistent(pop()));
      default ->
          throw error(
              String.format(
                  "pickle opcode 0x%02x is not among those that tensors need; save"
                      + " model.state_dict() with torch.save",
                  opcode));
    }
  }

  private void protocol() throws IOException {
    int protocol = in.u1();
    if (protocol < 2 || protocol > 5) {
      throw error("pickle protocol " + protocol + "; 2 to 5 are read");
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws IOException {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw error("the opcode here takes more values than the stack holds");
    }
    return stack.remove(stack.size() - 1);
  }

  private Object peek() throws IOException {
    Object top = pop();
    push(top);
    return top;
  }

  private List<Object> tail(int count) throws IOException {
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<Object> sinceMark() throws IOException {
    int mark = stack.size() - 1;
    while (mark >= 0 && stack.get(mark) != MARK) {
      mark--;
    }
    if (mark < 0) {
      throw error("the opcode here needs a mark on the stack");
    }
    List<Object> values = new ArrayList<>(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> values) throws IOException {
    if (peek() instanceof Unknown) {
      return;
    }
    if (!(peek() instanceof List<?> list)) {
      throw error("an append to what is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked")
  private void setItems(List<Object> pairs) throws IOException {
    if (peek() instanceof Unknown) {
      return;
    }
    if (!(peek() instanceof Map<?, ?> map) || pairs.size() % 2 != 0) {
      throw error("keys and values for what is no dict, or not in pairs");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      put((Map<Object, Object>) map, pairs.get(i), pairs.get(i + 1));
    }
  }

  /** Adds an entry; a key that is a container is never compared, so any object stands for it. */
  void put(Map<Object, Object> map, Object key, Object value) throws IOException {
    boolean scalar =
        key == null || key instanceof String || key instanceof Number || key instanceof Boolean;
    int before = map.size();
    map.put(scalar ? key : new Object(), value);
    if (map.size() == before) {
      throw error("a dict sets the key " + FormatException.quote(String.valueOf(key)) + " twice");
    }
  }

  private void memoize(long index) throws IOException {
    Object top = peek();
    if (index > memo.size()) {
      fillMemo(index);
    }
    if (index == memo.size()) {
      memo.add(top);
    } else {
      memo.set((int) index, top);
    }
  }

  /** Indices that were left out hold {@link #MARK}; Python 2 starts at 1. */
  private void fillMemo(long index) throws IOException {
    if (index > MOST_OPCODES) {
      throw error("memo index " + index + " is over " + MOST_OPCODES);
    }
    while (memo.size() < index) {
      memo.add(MARK);
    }
  }

  private void recall(long index) throws IOException {
    if (index >= memo.size() || memo.get((int) index) == MARK) {
      throw error("memo " + index + " was never stored");
    }
    push(memo.get((int) index));
  }

  private void stackGlobal() throws IOException {
    Object name = pop();
    Object module = pop();
    if (!(name instanceof String) || !(module instanceof String)) {
      throw error("a class name that is no string");
    }
    push(known((String) module, (String) name));
  }

  private Object known(String module, String name) {
    Object known = KnownClasses.find(module, name);
    if (known != null) {
      return known;
    }
    Unknown unknown = new Unknown(module + "." + name, in.opcodeAt());
    firstUnknown = firstUnknown == null ? unknown : firstUnknown;
    return unknown;
  }

  private void reduce() throws IOException {
    Object arguments = pop();
    Object callee = pop();
    if (!(callee instanceof KnownClasses.Callable callable)
        || !(arguments instanceof List<?> list)) {
      throw error("a call of what is no function");
    }
    push(callable.call(this, list));
  }

  /** Drops the attributes of an object: {@code _metadata} of a state_dict, for one. */
  private void build() throws IOException {
    pop();
    Object target = peek();
    if (!(target instanceof Map || target instanceof TensorRef || isOpaque(target))) {
      throw error("attributes for what has none");
    }
  }

  /** Whether only the type of the value is kept. */
  private static boolean isOpaque(Object value) {
    return value instanceof Inert || value instanceof Unknown;
  }

  /** A set, of which only the type is kept. */
  private Inert set() throws IOException {
    sinceMark();
    return new Inert("set");
  }

  private void addToSet() throws IOException {
    sinceMark();
    if (!isOpaque(peek())) {
      throw error("an addition to what is no set");
    }
  }

  /** Class, arguments and named arguments; the latter only classes have that are not read. */
  private void reduceWithNames() throws IOException {
    pop();
    reduce();
  }

  private StorageRef persistent(Object id) throws IOException {
    StorageRef storage = StorageIds.parse(this, id);
    StorageRef first = storages.putIfAbsent(storage.key(), storage);
    if (first != null
        && (first.element() != storage.element() || first.whole() != storage.whole())) {
      throw error("storage " + FormatException.quote(storage.key()) + " has two types or sizes");
    }
    return storage;
  }
}
