package org.residuum.ptx.parse;

import java.util.Locale;

/** The fundamental and packed types that PTX instructions and declarations name. */
public enum PtxType {
  U8(1, Kind.UNSIGNED),
  U16(2, Kind.UNSIGNED),
  U32(4, Kind.UNSIGNED),
  U64(8, Kind.UNSIGNED),
  S8(1, Kind.SIGNED),
  S16(2, Kind.SIGNED),
  S32(4, Kind.SIGNED),
  S64(8, Kind.SIGNED),
  B8(1, Kind.BITS),
  B16(2, Kind.BITS),
  B32(4, Kind.BITS),
  B64(8, Kind.BITS),
  F16(2, Kind.FLOAT),
  BF16(2, Kind.FLOAT),
  F32(4, Kind.FLOAT),
  TF32(4, Kind.FLOAT),
  F64(8, Kind.FLOAT),
  F16X2(4, Kind.PACKED),
  BF16X2(4, Kind.PACKED),
  PRED(0, Kind.PREDICATE);

  public enum Kind {
    UNSIGNED,
    SIGNED,
    BITS,
    FLOAT,
    PACKED,
    PREDICATE
  }

  public final int bytes;
  public final Kind kind;

  PtxType(int bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /** The type called {@code name} (without its dot), or null where no type has that name. */
  public static PtxType named(String name) {
    for (PtxType type : values()) {
      if (type.ptxName().equals(name)) {
        return type;
      }
    }
    return null;
  }

  String ptxName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public int bits() {
    return 8 * bytes;
  }

  public boolean signed() {
    return kind == Kind.SIGNED;
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  public boolean isInteger() {
    return kind == Kind.UNSIGNED || kind == Kind.SIGNED || kind == Kind.BITS;
  }

  /** The low bits of {@code value} that this type keeps, as registers hold them: zero-extended. */
  public long truncate(long value) {
    return bytes == 8 ? value : value & ((1L << bits()) - 1);
  }

  /**
   * The number that the low bits of {@code raw} stand for: sign-extended where the type is signed.
   */
  public long extend(long raw) {
    int shift = 64 - bits();
    return signed() ? raw << shift >> shift : raw << shift >>> shift;
  }
}
