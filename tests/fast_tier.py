"""The fast tier, `python -m pytest --fast`: test files by the package that they stand for.

Every package has one that fails if it is badly broken; together they take less than a minute on two cores.
"""

FAST = {
    "ir": ("test_text.py", "test_well_formed.py"),
    "frontends.accelerator": ("test_accelerators.py",),
    "frontends.c": ("test_c_frontend.py",),
    "frontends.exploration": ("test_jobs.py",),
    "frontends.maestro": ("test_maestro_reader.py", "test_maestro_errors.py"),
    "frontends.mlir": ("test_mlir_frontend.py",),
    "frontends.models": ("test_stablehlo_files.py",),
    "frontends.onnx": ("test_onnx_operators.py",),
    "frontends.python": ("test_python_frontend.py",),
    "frontends.pytorch": ("test_torch_files.py",),
    "frontends.stablehlo": ("test_stablehlo_files.py",),
    "frontends.tables": ("test_option_tables.py",),
    "frontends.timeloop": ("test_timeloop_reader.py",),
    "analysis": ("test_legality.py",),
    "backends.area": ("test_area.py", "test_area_tables.py"),
    "backends.cost": ("test_time_by_hand.py",),
    "backends.emit": ("test_emit_text.py",),
    "backends.energy": ("test_energy.py", "test_energy_tables.py"),
    "backends.exact": ("test_oracles.py",),
    "backends.fused": ("test_fused_cases.py",),
    "backends.report": ("test_energy_static.py",),
    "backends.sampling": ("test_sampling.py",),
    "backends.simulate": ("test_oracles.py",),
    "backends.sparse": ("test_sparsity_by_hand.py",),
    "passes": ("test_canonicalize.py", "test_pipeline.py"),
    "search": ("test_map_constraints.py", "test_map_conflicts.py"),
    "exploration": ("test_sweep.py",),
    "api": ("test_cost_by_hand.py",),
    "cli": ("test_cli_layers.py",),
    "certificates": ("test_map_fields.py",),
    "validation": ("test_scalesim.py",),
    "xdsl": ("test_xdsl_opt.py",),
}
