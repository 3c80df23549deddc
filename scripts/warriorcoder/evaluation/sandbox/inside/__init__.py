"""What runs inside the sandbox: standard library only, no project code, no expected value."""
