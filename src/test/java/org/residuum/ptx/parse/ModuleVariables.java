package org.residuum.ptx.parse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.ptx.memory.EmulatedMemory;

/** The global and constant variables of a module, in device memory. */
public final class ModuleVariables {
  private final Map<String, Long> addresses = new LinkedHashMap<>();

  public ModuleVariables(PtxModule module, EmulatedMemory memory) {
    for (Variable v : module.variables.values()) {
      if (!v.space().equals("shared")) {
        boolean constant = v.space().equals("const");
        addresses.put(v.name(), memory.allocate(v.bytes(), v.name(), constant).base);
      }
    }
    for (Variable v : module.variables.values()) {
      if (!v.space().equals("shared")) {
        memory.copyIn(address(v.name()), image(v), 0, (int) v.bytes());
      }
    }
  }

  public long address(String name) {
    Long address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException(
          "no variable '" + name + "': the module has " + addresses.keySet());
    }
    return address;
  }

  /** The initial bytes: what the text says, then zeros. */
  private byte[] image(Variable v) {
    ByteBuffer bytes = ByteBuffer.allocate((int) v.bytes() + 8).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    for (Operand element : v.initial()) {
      bytes.putLong(at, value(element, v.type()));
      at += v.type().bytes;
    }
    return java.util.Arrays.copyOf(bytes.array(), (int) v.bytes());
  }

  private long value(Operand element, PtxType type) {
    if (element instanceof Operand.Name name) {
      return address(name.name());
    } else if (element instanceof Operand.Sum sum && sum.base() instanceof Operand.Name name) {
      return address(name.name()) + sum.offset();
    } else if (element instanceof Operand.Decimal d) {
      return type == PtxType.F64
          ? Double.doubleToRawLongBits(d.value())
          : Float.floatToRawIntBits((float) d.value());
    }
    return ((Operand.Bits) element).value();
  }
}
