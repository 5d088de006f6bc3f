package org.residuum.backend.cuda.op;

import org.residuum.network.Value;

/** Where an argument lies; a session turns it into an address. */
public sealed interface Operand {
  /** The same, so many bytes further on. */
  Operand plus(long bytes);

  /** A value of the network. */
  record OfValue(Value value, long offset) implements Operand {
    @Override
    public Operand plus(long bytes) {
      return new OfValue(value, offset + bytes);
    }
  }

  /** A weight as products read it, in the mode's storage type, channels last. */
  record Weight(String name, long offset) implements Operand {
    @Override
    public Operand plus(long bytes) {
      return new Weight(name, offset + bytes);
    }
  }

  /** A parameter in fp32. */
  record Vector(String name, long offset) implements Operand {
    @Override
    public Operand plus(long bytes) {
      return new Vector(name, offset + bytes);
    }
  }

  /** fp32 values computed of parameters when the plan was compiled. */
  record Derived(String name, long offset) implements Operand {
    @Override
    public Operand plus(long bytes) {
      return new Derived(name, offset + bytes);
    }
  }

  /** Memory that one node uses while it runs, at {@code offset} bytes of the session's scratch. */
  record Scratch(long offset) implements Operand {
    @Override
    public Operand plus(long bytes) {
      return new Scratch(offset + bytes);
    }
  }
}
