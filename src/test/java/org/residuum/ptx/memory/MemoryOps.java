package org.residuum.ptx.memory;

import java.util.List;
import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.order.Scope;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PtxType;

/** Compiles loads and stores. */
public final class MemoryOps {
  private static final String[] SPACES = {
    "global", "shared", "shared::cta", "local", "param", "param::entry", "param::func", "const"
  };
  private static final String[] CACHE = {"ca", "cg", "cs", "lu", "cv", "wb", "wt", "nc"};

  private MemoryOps() {}

  /** An address operand: the slot of its base and what is added. */
  public record Place(Space space, int slot, long offset) {}

  public static Op load(Args a) {
    Strength strong = ordering(a);
    Space space = space(a);
    hints(a);
    int width = width(a);
    PtxType type = a.type();
    List<Operand> elements = elements(a, 0, width);
    int[] targets = new int[width];
    long[] keep = new long[width];
    for (int i = 0; i < width; i++) {
      targets[i] = a.out(elements.get(i));
      PtxType declared = a.declared(elements.get(i));
      keep[i] = declared == null ? -1 : declared.truncate(-1);
    }
    Place place = place(a, 1, space);
    a.builder.accesses(place.space, type.bytes * width);
    return new LoadOp(place.space, place.slot, place.offset, targets, type, keep, strong);
  }

  public static Op store(Args a) {
    Strength strong = ordering(a);
    Space space = space(a);
    hints(a);
    int width = width(a);
    PtxType type = a.type();
    Place place = place(a, 0, space);
    int[] sources = elements(a, 1, width).stream().mapToInt(o -> a.in(o, type)).toArray();
    a.builder.accesses(place.space, type.bytes * width);
    return new StoreOp(place.space, place.slot, place.offset, sources, type.bytes, strong);
  }

  static Strength ordering(Args a) {
    boolean weak = a.flag("weak");
    String order = a.oneOf("volatile", "relaxed", "acquire", "release", "acq_rel", "mmio");
    Scope scope = Scope.of(a.oneOf("cta", "cluster", "gpu", "sys"));
    return order == null || weak ? Strength.WEAK : Strength.of(order, scope);
  }

  public static Space space(Args a) {
    String name = a.oneOf(SPACES);
    return name == null ? Space.GENERIC : Space.named(name);
  }

  private static void hints(Args a) {
    a.oneOf(CACHE);
    a.oneOf("L2::64B", "L2::128B", "L2::256B");
    a.oneOf(
        "L1::evict_normal",
        "L1::evict_unchanged",
        "L1::evict_first",
        "L1::evict_last",
        "L1::no_allocate");
  }

  private static int width(Args a) {
    String vector = a.oneOf("v2", "v4", "v8");
    return vector == null ? 1 : vector.charAt(1) - '0';
  }

  private static List<Operand> elements(Args a, int k, int width) {
    Operand operand = a.operand(k);
    List<Operand> elements =
        operand instanceof Operand.Vector vector ? vector.elements() : List.of(operand);
    if (elements.size() != width) {
      throw a.unsupported(elements.size() + " registers for a vector of " + width);
    }
    return elements;
  }

  public static Place place(Args a, int k, Space space) {
    if (!(a.operand(k) instanceof Operand.Address address)) {
      throw a.unsupported("an address in brackets is expected");
    }
    Space actual = space;
    if (space == Space.PARAM && address.base() instanceof Operand.Name name) {
      actual = a.compiler.isLocal(a, name.name()) ? Space.LOCAL : Space.PARAM;
    }
    return new Place(actual, a.in(address.base(), PtxType.U64), address.offset());
  }
}
