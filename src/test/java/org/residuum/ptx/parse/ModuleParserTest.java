package org.residuum.ptx.parse;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.residuum.ptx.Device;
import org.residuum.ptx.FaultKernel;

class ModuleParserTest {
  @Test
  void unknownInstructionAndModifierFailByNameWhenParsed() {
    PtxException unknown =
        assertThrows(
            PtxException.class,
            () -> new Device(FaultKernel.text("tex.1d.v4.f32.s32 {%r9}, [%rd1];")));
    assertTrue(unknown.getMessage().contains("'tex.1d.v4.f32.s32'"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("line 26"), unknown.getMessage());
    PtxException modifier =
        assertThrows(
            PtxException.class, () -> new Device(FaultKernel.text("add.bogus.s32 %r9, %r1, %r2;")));
    assertTrue(modifier.getMessage().contains("'bogus'"), modifier.getMessage());
    assertThrows(
        PtxException.class, () -> new Device(FaultKernel.text("add.s32 %r9, %r1, nowhere;")));
    assertThrows(PtxException.class, () -> new Device(FaultKernel.text("bra nowhere;")));
    assertThrows(
        PtxException.class, () -> new Device(FaultKernel.text("add.s32 %r9, %r1, %r2, %r3;")));
  }
}
