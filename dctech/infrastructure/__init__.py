"""What production consists of beside the function: one CloudFormation template, made from the models and settings."""
