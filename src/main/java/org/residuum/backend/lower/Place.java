package org.residuum.backend.lower;

import org.residuum.network.Value;

/** Where an operand of a step lies; a session turns it into an address. */
public sealed interface Place {
  /** The place {@code bytes} further on. */
  Place plus(long bytes);

  /** Its address in a session's memory. */
  long address(Regions regions);

  /** A value of the network. */
  record OfValue(Value value, long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new OfValue(value, offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.value(value) + offset;
    }
  }

  /** A parameter in fp32. */
  record OfParameter(String name, long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new OfParameter(name, offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.parameters().parameter(name) + offset;
    }
  }

  /** A weight in the type and layout in which products read it. */
  record Weight(String name, long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new Weight(name, offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.parameters().weight(name) + offset;
    }
  }

  /**
   * What is computed from the parameters when a plan is compiled.
   *
   * @param index in {@link Program#derived}
   */
  record Derived(int index, long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new Derived(index, offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.parameters().derived(index) + offset;
    }
  }

  /** Memory that one node uses while it runs. */
  record Scratch(long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new Scratch(offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.scratch() + offset;
    }
  }

  /** Memory that a forward node leaves to its gradient. */
  record Kept(long offset) implements Place {
    @Override
    public Place plus(long bytes) {
      return new Kept(offset + bytes);
    }

    @Override
    public long address(Regions regions) {
      return regions.kept() + offset;
    }
  }

  /** The regions of a session's memory, each by its first address. */
  interface Regions {
    long value(Value value);

    long scratch();

    long kept();

    ParameterSource parameters();
  }
}
