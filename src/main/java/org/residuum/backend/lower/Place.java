package org.residuum.backend.lower;

import org.residuum.network.Value;

/**
 * The location of an operand of a step; a session turns it into an address.
 *
 * @param offset in bytes from the start of the region
 */
public record Place(Region region, long offset) {
  /** The start of a region. */
  public Place(Region region) {
    this(region, 0);
  }

  /** The place {@code bytes} further on. */
  public Place plus(long bytes) {
    return new Place(region, offset + bytes);
  }

  /** Its address in a session. */
  public long address(Regions regions) {
    return region.start(regions) + offset;
  }

  /** What a place is in. */
  public sealed interface Region {
    /** The first address. */
    long start(Regions regions);
  }

  /** A value of the network. */
  public record OfValue(Value value) implements Region {
    @Override
    public long start(Regions regions) {
      return regions.value(value);
    }
  }

  /** A parameter in fp32. */
  public record OfParameter(String name) implements Region {
    @Override
    public long start(Regions regions) {
      return regions.parameters().parameter(name);
    }
  }

  /** A weight in the type and layout in which products read it. */
  public record Weight(String name) implements Region {
    @Override
    public long start(Regions regions) {
      return regions.parameters().weight(name);
    }
  }

  /**
   * What is computed from the parameters when a plan is compiled.
   *
   * @param index in {@link Program#derived}
   */
  public record Derived(int index) implements Region {
    @Override
    public long start(Regions regions) {
      return regions.parameters().derived(index);
    }
  }

  /** Memory that each node uses while it runs. */
  public record Scratch() implements Region {
    @Override
    public long start(Regions regions) {
      return regions.scratch();
    }
  }

  /** Memory that passes from forward nodes to their gradients. */
  public record Kept() implements Region {
    @Override
    public long start(Regions regions) {
      return regions.kept();
    }
  }

  /** The regions of a session, each by its first address. */
  public interface Regions {
    /** Of a value that the steps read or write. */
    long value(Value value);

    long scratch();

    /** Only for programs that keep something. */
    default long kept() {
      throw new IllegalStateException("nothing is kept here");
    }

    ParameterSource parameters();
  }
}
