package org.residuum.ptx;

/** Compiles floating-point arithmetic. */
final class FloatOps {
  private FloatOps() {}

  static Op compile(Args a) {
    PtxType type = a.type();
    a.flag("rn");
    if (type == PtxType.F32 && a.instruction.name().equals("add")) {
      int[] slots = {a.out(0), a.in(1, type), a.in(2, type)};
      return Loops.binary(slots, (x, y) -> Numbers.bits(Numbers.f32(x) + Numbers.f32(y)), 0, -1);
    }
    throw a.unsupported("unknown opcode");
  }
}
